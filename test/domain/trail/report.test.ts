import { describe, expect, it } from '@jest/globals';
import type { AuditRecord } from '../../../src/domain/trail/records.js';
import { come } from '../../support/trail/records.js';
import { createTrailReport } from '../../../src/domain/trail/report.js';

let seq = 0;
const record = (event: string, timestamp: string, more: Partial<AuditRecord> = {}): AuditRecord => ({
  timestamp,
  vessel_id: 'balaur',
  event_type: event,
  summary: '',
  v: 1,
  log: 'proposals',
  seq: (seq += 1),
  id: `x/${seq}`,
  prev: '',
  ...more,
});
const report = (records: readonly AuditRecord[], from = '2026-01-01T00:00:00.000Z', to = '2026-02-01T00:00:00.000Z') => {
  return come(createTrailReport(from, to), records);
};
const proposed = (id: string, at: string, risk = 'low') =>
  record('action_proposed', at, { action_id: id, id: `${id}/review`, risk_level: risk });
const approved = (id: string, at: string, more: object = {}) =>
  record('action_approved', at, { action_id: id, id: `${id}/approved`, ...more });
const ended = (id: string, how: string, at: string, more: object = {}) =>
  record(`action_${how}`, at, { action_id: id, id: `${id}/end`, ...more });

describe('what the trail says about a span of time (spec L4)', () => {
  it('counts what lies within, the first moment with it and the last without', () => {
    const { records, events } = report([
      record('a', '2025-12-31T23:59:59.999Z'),
      record('a', '2026-01-01T00:00:00.000Z'),
      record('b', '2026-01-31T23:59:59.999Z', { log: 'tool_use' }),
      record('b', '2026-02-01T00:00:00.000Z', { log: 'tool_use' }),
    ]);
    expect([records, events]).toEqual([2, { a: 1, b: 1 }]);
  });

  it('takes the time to decide from the proposal, also of the month before', () => {
    const { secondsToDecideByRisk: times, proposedByRisk } = report([
      proposed('a', '2025-12-31T23:00:00.000Z', 'high'),
      approved('a', '2026-01-01T00:00:05.000Z', { decided_at: '2026-01-01T00:00:00.000Z' }),
      proposed('b', '2026-01-03T00:00:00.000Z'),
      approved('b', '2026-01-03T00:00:07.000Z'),
    ]);
    expect([times.high, times.low, proposedByRisk]).toMatchObject([{ count: 1, max: 3_600 }, { count: 1, max: 7 }, { low: 1 }]);
  });

  it('counts a proposal that was suspended and goes on as one approval, and what the clock set back as no time', () => {
    const { decisions, secondsToDecideByRisk: times } = report([
      proposed('a', '2026-01-01T01:00:00.000Z'),
      approved('a', '2026-01-01T00:59:00.000Z'),
      approved('a', '2026-01-01T02:00:00.000Z', { id: 'a/approved/2' }),
    ]);
    expect([decisions.approved, times.low]).toEqual([1, { count: 1, median: 0, p90: 0, max: 0 }]);
  });

  it('counts what a mode consented to apart from what people approved (spec T7)', () => {
    const {
      decisions,
      approvalRate,
      secondsToDecideByRisk: times,
    } = report([
      ...['a', 'b', 'c'].map((id) => proposed(id, '2026-01-01T01:00:00.000Z')),
      approved('a', '2026-01-01T02:00:00.000Z', { assurance: 'mode', approved_by: ['mode:beta'] }),
      approved('b', '2026-01-01T02:00:00.000Z', { assurance: 'signed', approved_by: ['ana'] }),
      ended('c', 'rejected', '2026-01-01T02:00:00.000Z', { decided_by: 'ana' }),
    ]);
    expect([decisions, approvalRate, times.low]).toMatchObject([{ approved: 1, byMode: 1, rejected: 1 }, 0.5, { count: 2 }]);
  });

  it('median and 90 % are times that somebody took', () => {
    const all = Array.from({ length: 10 }, (_, n) => [
      proposed(`p${n}`, '2026-01-01T00:00:00.000Z'),
      approved(`p${n}`, `2026-01-01T00:00:${10 + n}.000Z`),
    ]).flat();
    expect(report(all).secondsToDecideByRisk.low).toEqual({ count: 10, median: 14, p90: 18, max: 19 });
  });

  it('tells what people decided from what silence and rules did', () => {
    const { decisions, approvalRate, ends, rollbacks } = report([
      ...['a', 'b', 'c'].flatMap((id) => [proposed(id, '2026-01-01T00:00:00.000Z'), approved(id, '2026-01-01T00:01:00.000Z')]),
      ended('a', 'completed', '2026-01-01T00:02:00.000Z', { id: 'a/result', approved_by: 'alice' }),
      ended('b', 'rolled_back', '2026-01-01T00:02:00.000Z', { decided_by: 'alice' }),
      ended('c', 'rollback_failed', '2026-01-01T00:02:00.000Z', { decided_by: 'alice' }),
      ended('d', 'rejected', '2026-01-01T00:02:00.000Z', { decided_by: 'alice' }),
      // Nobody has decided: a rule has.
      ended('e', 'rejected', '2026-01-01T00:02:00.000Z'),
      ended('f', 'expired', '2026-01-01T00:02:00.000Z'),
      record('action_refused', '2026-01-01T00:02:00.000Z', { action_id: 'g', id: 'g/review' }),
      // Another record of the same kind of event, which is no end.
      record('action_rolled_back', '2026-01-01T00:02:00.000Z', { action_id: 'b', id: 'b/rollback' }),
    ]);
    expect(decisions).toEqual({ approved: 3, rejected: 1, expired: 1, refusedByReview: 1, byMode: 0 });
    expect(approvalRate).toBe(0.75);
    expect(ends).toEqual({ completed: 1, expired: 1, refused: 1, rejected: 2, rollback_failed: 1, rolled_back: 1 });
    expect(rollbacks).toEqual({ done: 1, failed: 1 });
  });

  it('counts decisions that were not obeyed by their code', () => {
    const refused = ['UNSIGNED', 'UNSIGNED', 'LATE'].map((code) => record('decision_refused', '2026-01-01T00:00:00.000Z', { code }));
    expect(report(refused).refusedDecisions).toEqual({ LATE: 1, UNSIGNED: 2 });
  });

  it('of nothing is nothing', () => {
    expect(report([])).toMatchObject({ records: 0, approvalRate: undefined, secondsToDecideByRisk: {} });
  });

  it('survives what no writer writes: names of the prototype, values of other types', () => {
    const odd = record('constructor', '2026-01-01T00:00:00.000Z', { risk_level: 7, action_id: '__proto__' });
    expect(report([odd, { ...odd, event_type: 'action_proposed' }])).toMatchObject({ records: 2, proposedByRisk: { unknown: 1 } });
    expect(Object.keys(report([odd]).events)).toEqual(['constructor']);
  });
});
