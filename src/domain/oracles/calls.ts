import { trailEvent } from '../trail/events.js';
import type { Projection } from '../trail/projection.js';
import type { EntryOf } from '../trail/records.js';
import type { SteadyTime } from '../trail/steady-time.js';
import { advance, noTimeYet, steadyAt } from '../trail/steady-time.js';
import { shorten, visible } from '../text/visible.js';
import type { Lookup, OracleAnswer, OracleFailureCode, OracleName } from './oracle.js';

/** One time that an oracle was asked, by the id of its record. */
interface RecordedLookup {
  readonly id: string;
  readonly oracle: string;
  /** Milliseconds, in steady time. */
  readonly at: number;
  readonly outcome?: string;
}

export interface OracleCalls {
  readonly time: SteadyTime;
  /** Of the last day, the oldest first. */
  readonly calls: readonly RecordedLookup[];
}

export type DailyLookups = Readonly<Record<OracleName, number>>;

const day = 86_400_000;

/** What an answer's record is called, by the record of its question. */
export const oracleAnswerId = (askedId: string) => `${askedId}/answer`;

/** Of the mission log. What was asked is counted by what was written down before it was (spec T8): no worker's memory. */
export function createOracleCalls(): Projection<OracleCalls> {
  let time = noTimeYet;
  let calls: readonly RecordedLookup[] = [];
  return {
    apply({ event_type: type, id, timestamp, oracle, outcome }) {
      time = advance(time, Date.parse(timestamp));
      if (type === trailEvent.oracleAsked)
        calls = [...calls.filter(({ at }) => time.last - at < day), { id, oracle: String(oracle), at: time.last }];
      if (type === trailEvent.oracleAnswered)
        calls = calls.map((call) => (oracleAnswerId(call.id) === id ? { ...call, outcome: String(outcome) } : call));
    },
    forget() {
      time = noTimeYet;
      calls = [];
    },
    snapshot: () => ({ time, calls }),
  };
}

/** Failures of which nothing left the machine. */
const unasked: ReadonlySet<string> = new Set<OracleFailureCode>(['unavailable', 'bad_query', 'quota']);

/** Why an oracle is not asked now; undefined where it may be. One whose answer nobody knows was asked. */
export function whyNotLookedUp({ time, calls }: OracleCalls, oracle: OracleName, daily: DailyLookups, clock: Date): string | undefined {
  const now = steadyAt(time, clock.getTime());
  const counted = calls.filter((call) => call.oracle === oracle && now - call.at < day && !unasked.has(call.outcome ?? ''));
  return counted.length < daily[oracle] ? undefined : `${oracle} was asked ${counted.length} times within a day, as often as is allowed`;
}

/** The record that somebody is about to ask. `by`: a person, or what asked for the vessel. */
export function askedEntry(id: string, { oracle, query }: Lookup, by: string): EntryOf<'mission_log'> {
  const summary = shorten(`${oracle} is asked: ${visible(query)}`, 400);
  return { id, eventType: trailEvent.oracleAsked, summary, data: { oracle, query: visible(query), by: shorten(visible(by), 128) } };
}

const connectionsListed = 8;
const textListed = 400;

/** The record of what came of it: how it went, and the beginning of what it said. */
export function answeredEntry(askedId: string, answer: OracleAnswer): EntryOf<'mission_log'> {
  const { oracle, connections } = answer;
  const isAnswered = answer.kind === 'answered';
  const words = isAnswered ? `${oracle} answered: ${visible(answer.result.text)}` : `${oracle}: ${answer.code}: ${visible(answer.why)}`;
  return {
    id: oracleAnswerId(askedId),
    eventType: trailEvent.oracleAnswered,
    summary: shorten(words, 400),
    data: {
      oracle,
      outcome: isAnswered ? answer.kind : answer.code,
      ...(isAnswered
        ? { text: shorten(visible(answer.result.text), textListed), milliseconds: answer.milliseconds }
        : { why: shorten(visible(answer.why), textListed) }),
      ...(connections !== undefined && { connections: connections.slice(0, connectionsListed) }),
    },
  };
}
