import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { actionKey, planDigest, proposalId, shortDigest } from '../../../src/domain/action/digests.js';
import { proposalIdSchema } from '../../../src/domain/action/proposal.schema.js';
import { anyPlan } from '../../support/proposals/plans.js';
import { aProposal, sha256 } from '../../support/proposals/proposals.js';

const parts = fc.record({ vessel: fc.string(), actionKey: fc.string(), timestamp: fc.string(), nonce: fc.string() });

describe('ids (spec P3)', () => {
  it('have the form that everything else accepts, and are made of all their parts', () => {
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        expect(proposalIdSchema.safeParse(proposalId(sha256, a)).success).toBe(true);
        expect(proposalId(sha256, a) === proposalId(sha256, b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
  });

  it('do not mix up where one part ends and the next begins', () => {
    const of = (vessel: string, key: string) => proposalId(sha256, { vessel, actionKey: key, timestamp: '', nonce: '' });
    expect(of('a', 'bc')).not.toBe(of('ab', 'c'));
  });
});

describe('the action key (spec P3)', () => {
  const key = (toolArgs: readonly string[]) => actionKey(sha256, aProposal({ tool_args: [...toolArgs] }));

  it('tells apart what differs in any argument or in where it ends', () => {
    const args = fc.array(fc.string({ unit: 'grapheme-ascii' }), { maxLength: 3 });
    fc.assert(fc.property(args, args, (a, b) => expect(key(a) === key(b)).toBe(JSON.stringify(a) === JSON.stringify(b))));
    expect(key(['a b'])).not.toBe(key(['a', 'b']));
  });

  it.each([
    ['limits', { tool_kwargs: { limits: { cpu_seconds: 3 } } }],
    ['expectations', { expect: { exit_code: 1 } }],
    ['its id', { proposal_id: 'janus-ffffffffffff' }],
    ['the time', { timestamp: '2027-01-01T00:00:00Z' }],
    ['the risk', { risk_level: 'high' }],
    ['the way back', { rollback: [{ tool_name: 'shell', tool_args: ['x'] }] }],
  ] as const)('does not depend on %s', (_, change) => {
    expect(actionKey(sha256, aProposal(change as object))).toBe(key(['df -h /workspace']));
  });

  it('has 32 hex digits', () => {
    expect(key([])).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('the digest (spec P5)', () => {
  it('is that of the plan and of no other one', () => {
    fc.assert(
      fc.property(anyPlan, anyPlan, (a, b) => {
        const same = JSON.stringify(a) === JSON.stringify(b);
        expect(planDigest(sha256, a) === planDigest(sha256, b)).toBe(same);
        expect(planDigest(sha256, structuredClone(a))).toBe(planDigest(sha256, a));
      }),
    );
  });

  it('begins as people see it', () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const digest = planDigest(sha256, plan);
        expect(digest.startsWith(shortDigest(digest).replace('-', ''))).toBe(true);
        expect(shortDigest(digest)).toMatch(/^[0-9a-f]{4}-[0-9a-f]{4}$/);
      }),
    );
  });
});
