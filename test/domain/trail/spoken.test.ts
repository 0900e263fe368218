import { describe, expect, it } from '@jest/globals';
import type { AuditRecord } from '../../../src/domain/trail/records.js';
import { createSpoken, objectionIn } from '../../../src/domain/trail/spoken.js';
import { signedBy } from '../../support/proposals/approvals.js';
import { aRecord, come } from '../../support/trail/records.js';

const id = 'janus-000000000001';
const at = (minute: number) => new Date(Date.UTC(2026, 0, 2, 3, minute));
const word = (by: string, minute: number, decision: 'approve' | 'withdraw' = 'approve') => {
  const view = { proposalId: id, firstRunId: 'run', digest: 'a'.repeat(64) };
  const { statement = '' } = signedBy(by, view, { decision }, { now: at(minute) });
  return { kind: decision, by, statement, receivedAt: at(minute).toISOString() };
};
const nonceOf = ({ statement }: { statement: string }) => (JSON.parse(statement) as { nonce: string }).nonce;
const withdrawn = (minute: number, by = 'ana', change: object = {}) =>
  aRecord(180 + minute, 'approval_withdrawn', { by, said_at: at(minute).toISOString(), received_at: at(minute).toISOString(), ...change });
const objection = (records: readonly AuditRecord[], said: Parameters<typeof objectionIn>[2]) =>
  objectionIn(come(createSpoken(), records), id, said)?.code;

describe('what any run of a proposal wrote down of what people said (spec A1, A3)', () => {
  it('a withdrawal counts against what the same person signed before it, and not after', () => {
    expect(objection([withdrawn(10)], word('ana', 5))).toBe('TAKEN_BACK');
    expect(objection([withdrawn(10)], word('Ana', 5))).toBe('TAKEN_BACK');
    expect(objection([withdrawn(10)], word('ana', 10))).toBe('TAKEN_BACK');
    expect(objection([withdrawn(10)], word('ana', 11))).toBeUndefined();
    expect(objection([withdrawn(10)], word('bo', 5))).toBeUndefined();
    expect(objection([], word('ana', 5))).toBeUndefined();
  });

  it('the last of several withdrawals counts, in whatever order they are on record', () => {
    expect(objection([withdrawn(20), withdrawn(10)], word('ana', 15))).toBe('TAKEN_BACK');
  });

  it('is told of unsigned words by when they were read', () => {
    const unsigned = (minute: number) => ({ kind: 'approve' as const, by: 'ana', receivedAt: at(minute).toISOString() });
    const records = [withdrawn(10, 'ana', { said_at: undefined })];
    expect(objection(records, unsigned(9))).toBe('TAKEN_BACK');
    // Both were read in one moment, and in this order.
    expect(objection(records, unsigned(10))).toBeUndefined();
  });

  it('a nonce that was spent on one word is not good for another', () => {
    const given = word('ana', 5);
    const records = [aRecord(185, 'approval_given', { by: 'ana', nonce: nonceOf(given) })];
    expect(objection(records, given)).toBeUndefined();
    expect(objection(records, { ...given, kind: 'reject' })).toBe('REPLAYED');
    expect(objection(records, { ...given, by: 'bo' })).toBe('REPLAYED');
    const approved = aRecord(186, 'action_approved', { signatures: [{ by: 'ana', statement: given.statement }, null] });
    expect(objection([approved], { ...given, kind: 'extend' })).toBe('REPLAYED');
  });

  it('is forgotten with the end of its proposal, which starts nothing any more', () => {
    expect(come(createSpoken(), [withdrawn(10), aRecord(200, 'action_rejected')]).size).toBe(0);
    const review = { action_id: `${id}-review` };
    expect(come(createSpoken(), [withdrawn(10, 'ana', review), aRecord(200, 'break_glass_lapsed')]).size).toBe(0);
  });
});
