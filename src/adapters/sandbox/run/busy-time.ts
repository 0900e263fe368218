/** Since when there has always been some action: what they change in a folder that they share cannot be told apart. */
export interface BusyTime {
  enter(): void;
  leave(): void;
  /** Milliseconds since 1970, by the clock of now: one that was put back meanwhile put the times of files back, too. */
  since(): number;
}

export function createBusyTime(now: () => number = Date.now, clock: () => number = () => performance.now()): BusyTime {
  let [running, began, beganAt] = [0, 0, 0];
  return {
    enter() {
      if (running === 0) [began, beganAt] = [now(), clock()];
      running += 1;
    },
    leave() {
      running -= 1;
    },
    since: () => Math.min(began, now() - (clock() - beganAt)),
  };
}
