/**
 * Time that never goes back, made of the times in records, which do where somebody sets the clock: what lies between then counts as no time at all.
 * Milliseconds.
 */
export interface SteadyTime {
  readonly last: number;
  /** What is added to the clock's time. */
  readonly ahead: number;
}

export const noTimeYet: SteadyTime = { last: Number.NEGATIVE_INFINITY, ahead: 0 };

/** What the clock's time is; what is no time is the time before. */
export const steadyAt = ({ last, ahead }: SteadyTime, clock: number): number =>
  Number.isNaN(clock) ? last : Math.max(last, clock + ahead);

export function advance(time: SteadyTime, clock: number): SteadyTime {
  const last = steadyAt(time, clock);
  return { last, ahead: Number.isNaN(clock) ? time.ahead : last - clock };
}
