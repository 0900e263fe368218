/** Lets at most `limit()` actions run at once; the others wait in order. The governor moves the limit. */
export interface Gate {
  /** Resolves with the function that leaves again; undefined when `signal` was aborted first. */
  enter(signal: AbortSignal): Promise<(() => void) | undefined>;
  readonly running: number;
  readonly waiting: number;
}

export function createGate(limit: () => number): Gate {
  let running = 0;
  const queue: (() => void)[] = [];
  const admit = () => {
    while (running < limit() && queue.length > 0) {
      running += 1;
      queue.shift()?.();
    }
  };
  const leaveOnce = () => {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      running -= 1;
      admit();
    };
  };
  return {
    enter: (signal) =>
      new Promise((resolve) => {
        if (signal.aborted) {
          resolve(undefined);
          return;
        }
        const admitted = () => {
          signal.removeEventListener('abort', aborted);
          resolve(leaveOnce());
        };
        const aborted = () => {
          const place = queue.indexOf(admitted);
          if (place >= 0) queue.splice(place, 1);
          resolve(undefined);
        };
        signal.addEventListener('abort', aborted, { once: true });
        queue.push(admitted);
        admit();
      }),
    get running() {
      return running;
    },
    get waiting() {
      return queue.length;
    },
  };
}

/**
 * Enters, and waits for `milliseconds` at most; undefined when they were over, or `signal` was aborted, first. With a timer of its own: Node 20
 * collects an `AbortSignal.timeout` that only `AbortSignal.any` holds, and it never fires.
 */
export async function enterWithin(gate: Gate, milliseconds: number, signal: AbortSignal): Promise<(() => void) | undefined> {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), Math.max(0, milliseconds));
  timer.unref();
  try {
    return await gate.enter(AbortSignal.any([signal, over.signal]));
  } finally {
    clearTimeout(timer);
  }
}
