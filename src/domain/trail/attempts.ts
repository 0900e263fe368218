import { trailEvent } from './events.js';
import type { Projection } from './projection.js';
import type { SteadyTime } from './steady-time.js';
import { advance, noTimeYet, steadyAt } from './steady-time.js';

/**
 * A command that the constitution refuses; a connection to a domain that is not allowed; more traffic than an action may have; a word that nobody had
 * a right to; an answer that hands did not give; a start that hands refused to take for permitted.
 */
export type AttemptKind = 'command' | 'domain' | 'traffic' | 'word' | 'answer' | 'permit';

/** Of a refused message: who sent it is not who they say, or may not. What came too late or to the wrong place is a mistake, and no attempt. */
const forged = /^(?:SIGN|KEY_|REPLAYED$|NOT_AUTHORISED$|SELF_APPROVAL$|WRONG_|MALFORMED_STATEMENT$|STATEMENT_)/;
/** These say something of this host. */
const ours = new Set(['SIGNATURES_UNAVAILABLE']);

export const isForgedWord = (code: unknown): boolean => typeof code === 'string' && forged.test(code) && !ours.has(code);

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
