import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ProposalStatus } from '../../../src/domain/action/status.js';
import { canFollow, isFinal, transitions } from '../../../src/domain/action/status.js';

const all = Object.keys(transitions) as ProposalStatus[];

describe('the table of statuses', () => {
  it("has the seed's seven and what honesty needs (spec P2)", () => {
    expect(all).toEqual(
      expect.arrayContaining([
        'draft',
        'proposed',
        'approved',
        'rejected',
        'executing',
        'completed',
        'failed',
        'expired',
        'rolled_back',
        'rollback_failed',
        'indeterminate',
        'suspended',
        'cancelled',
        'stale',
      ]),
    );
    expect(all).toHaveLength(14);
  });

  it('has these ends and no others', () => {
    expect(all.filter(isFinal).sort()).toEqual([
      'cancelled',
      'completed',
      'expired',
      'failed',
      'rejected',
      'rollback_failed',
      'rolled_back',
      'stale',
    ]);
  });

  it('never completes, fails or rolls back without having been executed', () => {
    const ran: ProposalStatus[] = ['completed', 'rolled_back', 'rollback_failed'];
    for (const status of all)
      if (status !== 'executing' && status !== 'indeterminate') expect(transitions[status].filter((to) => ran.includes(to))).toEqual([]);
  });

  it('executes only what was approved', () => {
    expect(all.filter((status) => canFollow(status, 'executing')).sort()).toEqual(['approved', 'suspended']);
    expect(all.filter((status) => canFollow(status, 'approved')).sort()).toEqual(['proposed', 'suspended']);
  });

  it('reaches an end from everywhere, by any walk', () => {
    fc.assert(
      fc.property(fc.constantFrom(...all), fc.infiniteStream(fc.nat()), (start, choices) => {
        let status: ProposalStatus = start;
        const seen: ProposalStatus[] = [];
        for (const choice of choices) {
          if (isFinal(status) || seen.length > 200) break;
          seen.push(status);
          const next: readonly ProposalStatus[] = transitions[status];
          status = next[choice % next.length] ?? status;
        }
        expect(isFinal(status) || seen.length > 200).toBe(true);
      }),
    );
  });
});
