import { describe, expect, it } from '@jest/globals';
import { adoptionText, parseAdoption } from '../../../src/domain/policy/adoption.js';
import { createPolicyReview, unanimousSince } from '../../../src/domain/policy/review.js';
import type { AuditRecord } from '../../../src/domain/trail/records.js';

const three = ['claude', 'gemini', 'codex'];
let seq = 0;
const aRecord = (fields: Readonly<Record<string, unknown>>) =>
  ({ id: `r${(seq += 1)}`, seq, prev: '', timestamp: new Date(seq * 1_000).toISOString(), ...fields }) as unknown as AuditRecord;
const proposed = { id: 'p', event_type: 'policy_proposed', policy: 'a', by: 'ana', reason: 'why', looser: [] };
const yes = (by: string, key = by) => ({
  ...{ event_type: 'policy_recommended', proposal: 'p', verdict: 'yes', by, key, statement: 's', signature: 's' },
});

function reviewOf(...records: readonly Readonly<Record<string, unknown>>[]) {
  const review = createPolicyReview();
  for (const record of records) review.apply(aRecord(record));
  return review.snapshot();
}
const isUnanimous = (...records: readonly Readonly<Record<string, unknown>>[]) => {
  const review = reviewOf(proposed, ...records);
  return review !== undefined && unanimousSince(review, three) !== undefined;
};

describe('the review of a policy by the trail (spec C7)', () => {
  it('takes three persons with three keys', () => {
    expect(isUnanimous(...three.map((by) => yes(by)))).toBe(true);
    expect(isUnanimous(...three.map((by) => yes(by, 'one key')))).toBe(false);
    expect(isUnanimous(yes('claude', 'a'), yes('claude', 'b'), yes('gemini'))).toBe(false);
    expect(isUnanimous(...three.map((by) => ({ ...yes(by), signature: '' })))).toBe(false);
    expect(isUnanimous(...three.map((by) => ({ ...yes(by), proposal: 'another' })))).toBe(false);
  });

  it('is cleared by a no, by another proposal and by whatever is adopted', () => {
    const all = three.map((by) => yes(by));
    expect(isUnanimous(...all, { ...yes('claude'), verdict: 'no' })).toBe(false);
    expect(isUnanimous(...all, { ...proposed, id: 'q' })).toBe(false);
    expect(reviewOf(proposed, ...all, { event_type: 'policy_adopted', policy: 'b' })).toBeUndefined();
  });
});

describe('what the brain signs of the adopted policy', () => {
  const adoption = { vessel: 'janus-test', policy: 'a'.repeat(64), documents: null, seq: 3, prev: '0' };

  it('is read as it was written, and nothing else is', () => {
    expect(parseAdoption(adoptionText(adoption))).toEqual(adoption);
    for (const change of [{ seq: '3' }, { policy: 'a' }, { documents: '../..' }, { vessel: 1 }, { prev: undefined }])
      expect(parseAdoption(JSON.stringify({ ...JSON.parse(adoptionText(adoption)), ...change }))).toBeUndefined();
    for (const text of ['', '{', 'null', '[]', '{"type":"janus.orders.v1"}']) expect(parseAdoption(text)).toBeUndefined();
  });
});
