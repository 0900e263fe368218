/** How many requests may go out in any minute, and in any hour. Undefined: as many as there are. */
export interface RequestRates {
  readonly perMinute?: number;
  readonly perHour?: number;
}

/** Counts one request that is to go out; where that is one too many it counts nothing, and says in how many seconds the next one may. */
export type Admit = () => number | undefined;

const minute = 60_000;
const hour = 3_600_000;

/** Of all actions together. `now` in milliseconds, of a clock that nobody sets. A process that begins anew has counted nothing. */
export function createAdmission({ perMinute, perHour }: RequestRates, now: () => number = () => performance.now()): Admit {
  const kept = Math.max(perMinute ?? 0, perHour ?? 0);
  const times: number[] = [];
  const free = (count: number | undefined, span: number): number => {
    const first = count === undefined ? undefined : times[times.length - count];
    return first === undefined ? 0 : first + span;
  };
  return () => {
    const at = now();
    const wait = Math.max(free(perMinute, minute), free(perHour, hour)) - at;
    if (wait > 0) return Math.ceil(wait / 1_000);
    times.push(at);
    if (times.length >= 2 * kept) times.splice(0, times.length - kept);
    return undefined;
  };
}
