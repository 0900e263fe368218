import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AuditRecord } from '../../../src/domain/trail/records.js';
import { createNovelty, findConflict } from '../../../src/domain/trail/novelty.js';
import { aRecord, come } from '../../support/trail/records.js';

const first = 'janus-000000000001';
const proposed = (change: Record<string, unknown> = {}) => aRecord(0, 'action_proposed', { action_key: 'key', ...change });
const cooldowns = { completedSeconds: 3_600, rejectedSeconds: 7_200 };

const indexOf = (records: readonly AuditRecord[]) => come(createNovelty(), records);

function conflict(records: readonly AuditRecord[], minutes: number, change: { actionKey?: string; proposalId?: string } = {}) {
  const now = new Date(Date.UTC(2026, 0, 2) + minutes * 60_000);
  return findConflict(indexOf(records), { actionKey: 'key', proposalId: 'janus-000000000002', now, cooldowns, ...change });
}

const due = '2026-01-02T01:00:30.000Z';
const later = '2026-01-02T05:00:00.000Z';

describe('findConflict (spec C5)', () => {
  it.each([
    ['nothing is known', [], 1, undefined],
    ['the same action is in flight', [proposed()], 9_999, /in flight as janus-000000000001/],
    [
      'it was completed within its cooldown',
      [proposed(), aRecord(10, 'action_completed')],
      69,
      /was completed .* from 2026-01-02T01:10:00.000Z/,
    ],
    ['it was terminated, and the bookkeeping has found that', [proposed(), aRecord(10, 'action_ended_outside')], 11, undefined],
    [
      'it was terminated while nobody knew whether it had happened, and the bookkeeping has found that',
      [proposed(), aRecord(5, 'action_interrupted'), aRecord(10, 'action_ended_outside')],
      11,
      undefined,
    ],
    ['it was completed before', [proposed(), aRecord(10, 'action_completed')], 70, undefined],
    [
      'it was rejected within its cooldown',
      [proposed(), aRecord(10, 'action_rejected')],
      129,
      /was rejected .* from 2026-01-02T02:10:00.000Z/,
    ],
    ['it was rejected before', [proposed(), aRecord(10, 'action_rejected')], 130, undefined],
    ['it was approved and runs', [proposed(), aRecord(1, 'action_approved')], 2, /in flight/],
    ['it is suspended', [proposed(), aRecord(1, 'action_suspended')], 2, /in flight/],
    ['it was interrupted and is not settled', [proposed(), aRecord(1, 'action_interrupted')], 2, /in flight/],
    ['a dry run of it completed', [proposed(), aRecord(1, 'action_completed', { dry_run: true })], 2, undefined],
    ['nobody decided in time', [proposed(), aRecord(1, 'action_rejected', { timed_out: true })], 2, undefined],
    ['its deadline has passed, and it may still be rolling back', [proposed({ deadline: due })], 1_440 + 60, /in flight/],
    ['its deadline and a day have passed without a word: it was terminated', [proposed({ deadline: due })], 1_440 + 61, undefined],
    [
      'its deadline was moved',
      [proposed({ deadline: due }), aRecord(2, 'deadline_extended', { deadline: later })],
      1_440 + 61,
      /in flight/,
    ],
    ['it waits for a human to settle it', [proposed({ deadline: due }), aRecord(2, 'action_interrupted')], 99_999, /in flight/],
    ['a record of no proposal', [proposed({ action_id: undefined })], 1, undefined],
    ['a proposal without a key', [proposed({ action_key: 7 })], 1, undefined],
    ['an end of what was never proposed', [aRecord(1, 'action_completed')], 2, undefined],
  ] as const)('%s', (_, records, minutes, why) => {
    const found = conflict(records, minutes);
    if (why === undefined) expect(found).toBeUndefined();
    else expect(found).toEqual({ proposalId: first, why: expect.stringMatching(why) });
  });

  it.each(['failed', 'expired', 'rolled_back', 'rollback_failed', 'cancelled', 'stale', 'refused'])(
    'lets an action be proposed again at once when it ended as %s',
    (end) => expect(conflict([proposed(), aRecord(1, `action_${end}`)], 1)).toBeUndefined(),
  );

  it('is not in the way of itself, nor of another action', () => {
    expect(conflict([proposed()], 1, { proposalId: first })).toBeUndefined();
    expect(conflict([proposed()], 1, { actionKey: 'other' })).toBeUndefined();
  });

  it('names the one that is in the way, not one that has ended', () => {
    const records = [proposed(), aRecord(1, 'action_failed'), proposed({ action_id: 'janus-000000000003' })];
    expect(conflict(records, 2)?.proposalId).toBe('janus-000000000003');
  });

  it('decides the same when every record is read twice, in any later place', () => {
    const ends = fc.constantFrom('completed', 'rejected', 'failed', 'stale', 'approved', 'refused');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), ends)),
        fc.nat(200),
        fc.infiniteStream(fc.nat()),
        (story, minutes, places) => {
          const records = story.flatMap(([name, end], index) => {
            const id = { action_id: `${name}${index}` };
            return [aRecord(index, 'action_proposed', { ...id, action_key: 'key' }), aRecord(index + 1, `action_${end}`, id)];
          });
          const doubled = [...records];
          for (const record of records) {
            const from = doubled.indexOf(record);
            doubled.splice(from + 1 + ((places.next().value ?? 0) % (doubled.length - from)), 0, record);
          }
          expect(conflict(doubled, minutes)).toEqual(conflict(records, minutes));
        },
      ),
    );
  });
});
