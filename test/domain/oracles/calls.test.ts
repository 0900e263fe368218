import { describe, expect, it } from '@jest/globals';
import { answeredEntry, askedEntry, createOracleCalls, oracleAnswerId, whyNotLookedUp } from '../../../src/domain/oracles/calls.js';
import type { OracleFailureCode } from '../../../src/domain/oracles/oracle.js';
import { trailEvent } from '../../../src/domain/trail/events.js';
import type { AuditRecord } from '../../../src/domain/trail/records.js';

const begin = Date.parse('2026-01-01T00:00:00Z');
const hour = 3_600_000;
const record = (id: string, type: string, at: number, data: object) =>
  ({ id, event_type: type, timestamp: new Date(at).toISOString(), ...data }) as unknown as AuditRecord;
const asked = (id: string, at: number, oracle = 'wolfram') => record(id, trailEvent.oracleAsked, at, { oracle });
const answered = (id: string, at: number, outcome: OracleFailureCode | 'answered') =>
  record(oracleAnswerId(id), trailEvent.oracleAnswered, at, { oracle: 'wolfram', outcome });
const known = (...records: readonly AuditRecord[]) => {
  const calls = createOracleCalls();
  for (const each of records) calls.apply(each);
  return calls.snapshot();
};
const daily = { groq: 1, wolfram: 2, datacommons: 0 };
const why = (records: readonly AuditRecord[], at: number, oracle: keyof typeof daily = 'wolfram') =>
  whyNotLookedUp(known(...records), oracle, daily, new Date(at));

describe('how often an oracle is asked (spec T8)', () => {
  it('is counted from what was written down before, each oracle by itself', () => {
    const two = [asked('a', begin), asked('b', begin + 1)];
    expect(why([asked('a', begin)], begin + 2)).toBeUndefined();
    expect(why(two, begin + 2)).toBe('wolfram was asked 2 times within a day, as often as is allowed');
    expect(why(two, begin + 2, 'groq')).toBeUndefined();
    expect(why([], begin, 'datacommons')).toContain('as often as is allowed');
    expect(why(two, begin + 24 * hour)).toBeUndefined();
    expect(why(two, begin + 24 * hour - 1)).toBeDefined();
  });

  it.each(['unavailable', 'bad_query', 'quota'] as const)('%s: nothing left the machine, so nothing is counted', (code) => {
    expect(why([asked('a', begin), answered('a', begin, code), asked('b', begin)], begin + 1)).toBeUndefined();
  });

  it.each(['answered', 'timeout', 'interrupted', 'too_many_requests'] as const)('%s counts', (code) => {
    expect(why([asked('a', begin), answered('a', begin, code), asked('b', begin)], begin + 1)).toBeDefined();
  });

  it('is not given back by a clock that is set back', () => {
    expect(why([asked('a', begin), asked('b', begin)], begin - 48 * hour)).toBeDefined();
  });
});

describe('the records of a lookup (spec T8)', () => {
  it('say who asked what, and what came of it, with nothing hidden in the text', () => {
    const lookup = { oracle: 'wolfram', query: 'distance' } as const;
    expect(askedEntry('x', lookup, 'ann').data).toEqual({ oracle: 'wolfram', query: 'distance', by: 'ann' });
    const result = { kind: 'text', text: 'far\u202e away' } as const;
    const answer = { kind: 'answered', ...lookup, result, at: '', isCached: false, milliseconds: 5 } as const;
    expect(answeredEntry('x', answer)).toMatchObject({ id: 'x/answer', data: { outcome: 'answered', text: 'far⟦U+202E⟧ away' } });
    const failed = { kind: 'failed', ...lookup, code: 'timeout', why: 'late' } as const;
    expect(answeredEntry('x', failed).data).toEqual({ oracle: 'wolfram', outcome: 'timeout', why: 'late' });
  });
});
