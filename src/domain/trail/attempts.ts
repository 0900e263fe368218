import { trailEvent } from './events.js';
import type { Projection } from './projection.js';
import type { SteadyTime } from './steady-time.js';
import { advance, noTimeYet, steadyAt } from './steady-time.js';

/** A command that the constitution refuses; a connection to a domain that is not allowed; more traffic than an action may have. */
export type AttemptKind = 'command' | 'domain' | 'traffic';

/** More than these in an hour have no record, and nobody is told: the records of the proposals and tools have them all. */
const recordedMax = 20;
const hour = 3_600_000;

export interface Attempts {
  readonly time: SteadyTime;
  /** Steady times of the last ones that were recorded. */
  readonly last: readonly number[];
}

/** Of the mission log. */
export function createAttempts(): Projection<Attempts> {
  let time = noTimeYet;
  let last: readonly number[] = [];
  return {
    apply({ event_type: event, timestamp }) {
      time = advance(time, Date.parse(timestamp));
      if (event === trailEvent.unauthorisedAttempt) last = [...last, time.last].slice(-recordedMax);
    },
    forget() {
      time = noTimeYet;
      last = [];
    },
    snapshot: () => ({ time, last }),
  };
}

export function isWorthARecord({ time, last }: Attempts, now: Date): boolean {
  const [first = Number.NEGATIVE_INFINITY] = last;
  return last.length < recordedMax || steadyAt(time, now.getTime()) - first >= hour;
}
