import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AuditRecord } from '../../../src/domain/trail/records.js';
import { createRecent, recentMetrics } from '../../../src/domain/trail/recent.js';
import { aRecord, come } from '../../support/trail/records.js';

const remember = (...records: readonly AuditRecord[]) => come(createRecent(), records);

const at = (minutes: number) => new Date(Date.UTC(2026, 0, 2) + minutes * 60_000);

describe('what a cycle remembers of the trail (spec T2, T6)', () => {
  it('knows nothing at first, and says so', () => {
    expect(recentMetrics(remember(), at(0))).toEqual({ pending_approvals: 0, failed_actions_1h: 0, hours_since_last_proposal: null });
  });

  it.each(['approved', 'rejected', 'expired', 'cancelled', 'stale', 'refused', 'failed', 'rolled_back', 'rollback_failed', 'completed'])(
    'counts a proposal as waiting until it is %s',
    (end) => {
      const proposed = aRecord(0, 'action_proposed');
      expect(recentMetrics(remember(proposed), at(90))).toMatchObject({ pending_approvals: 1, hours_since_last_proposal: 1.5 });
      expect(recentMetrics(remember(proposed, aRecord(1, `action_${end}`)), at(90))).toMatchObject({ pending_approvals: 0 });
    },
  );

  it('goes on waiting through what decides nothing', () => {
    const records = ['action_proposed', 'approval_reminder', 'decision_refused', 'action_suspended'].map((type, index) =>
      aRecord(index, type),
    );
    expect(recentMetrics(remember(...records), at(9))).toMatchObject({ pending_approvals: 1 });
  });

  it.each([
    ['action_failed', 1],
    ['action_rolled_back', 1],
    ['action_rollback_failed', 1],
    ['action_rejected', 0],
    ['action_expired', 0],
    ['action_completed', 0],
  ])('%s counts as %d failures, for an hour', (type, count) => {
    const recent = remember(aRecord(0, type));
    expect(recentMetrics(recent, at(60))).toMatchObject({ failed_actions_1h: count });
    expect(recentMetrics(recent, at(61))).toMatchObject({ failed_actions_1h: 0 });
  });

  it('keeps the runs of playbooks, and only theirs', () => {
    const recent = remember(
      aRecord(0, 'action_proposed', { playbook_id: 'rotate' }),
      aRecord(5, 'action_proposed', { action_id: 'other' }),
      aRecord(6, 'action_completed', { playbook_id: 'rotate' }),
    );
    expect(recent.runs).toEqual([{ playbookId: 'rotate', at: at(0) }]);
  });

  it('forgets runs and failures after eight days, so that its memory stays small', () => {
    const week = 8 * 24 * 60;
    const recent = remember(
      aRecord(0, 'action_proposed', { playbook_id: 'a' }),
      aRecord(1, 'action_failed'),
      aRecord(week, 'action_proposed', { playbook_id: 'b' }),
      aRecord(week + 1, 'action_failed'),
    );
    expect(recent.runs.map(({ playbookId }) => playbookId)).toEqual(['b']);
    expect(recent.failures).toHaveLength(1);
  });

  it('never has more waiting than were proposed, and counts no proposal twice', () => {
    const types = fc.constantFrom('action_proposed', 'action_approved', 'action_failed', 'action_completed', 'anything');
    fc.assert(
      fc.property(fc.array(fc.tuple(types, fc.constantFrom('a', 'b', 'c'))), (story) => {
        const recent = remember(...story.map(([type, id], index) => aRecord(index, type, { action_id: id })));
        const proposed = new Set<string>(story.filter(([type]) => type === 'action_proposed').map(([, id]) => id));
        expect([...recent.waiting.keys()].filter((id) => !proposed.has(id))).toEqual([]);
        expect(recentMetrics(recent, at(0))['pending_approvals']).toBe(recent.waiting.size);
      }),
    );
  });
});
