import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { riskLevels } from '../../../src/domain/action/proposal.js';
import type { Reach, RiskFloor } from '../../../src/domain/action/reach.js';
import { belowFloor, reachOf, riskFloorOf } from '../../../src/domain/action/reach.js';
import { aProposal, aTool } from '../../support/proposals/proposals.js';

const nothing: Reach = { grants: [], network: [] };
const changes: Reach = { grants: [{ name: 'logs', path: '/var/log/x', writable: true }], network: [] };
const reads: Reach = { grants: [{ name: 'logs', path: '/var/log/x', writable: false }], network: [] };
const talks: Reach = { grants: [], network: ['github.com'] };
const final: Reach = { grants: [], network: [], irreversible: ['mail'] };

describe('the reach of an action (spec C6)', () => {
  const grants = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name, path: `/srv/${name}`, writable: name === 'a' }));
  const tools = grants.map(({ name }) => aTool({ name, grants: [name], reversible: name !== 'c' }));
  const call = (name: string) => ({ tool_name: name, tool_args: ['x'] });

  it('counts the tools of every command that could run: steps, rollbacks, probe', () => {
    const steps = [{ ...call('a'), rollback: [call('b')] }];
    const proposal = aProposal({ tool_name: undefined, tool_args: undefined, steps, rollback: [call('c')], probe: call('d') });
    expect(reachOf(proposal, { tools, grants })).toEqual({ grants: grants.slice(0, 4), network: [], irreversible: ['c'] });
  });

  it('is nothing where no tool brings anything along', () => {
    expect(reachOf(aProposal(), { tools, grants })).toEqual(nothing);
  });
});

describe('the floor of risk (spec C6)', () => {
  it.each([
    ['nothing', nothing, {}, 'low'],
    ['a grant to read', reads, { writableGrant: 'high' }, 'low'],
    ['a grant to write', changes, {}, 'medium'],
    ['a grant to write under a stricter policy', changes, { writableGrant: 'high' }, 'high'],
    ['an irreversible tool', final, {}, 'medium'],
    ['an irreversible tool under a stricter policy', final, { irreversible: 'high' }, 'high'],
    ['the network', talks, {}, 'low'],
    ['the network under a stricter policy', talks, { network: 'medium' }, 'medium'],
    ['several things', { ...changes, network: ['github.com'] }, { network: 'high' }, 'high'],
  ] as const)('of %s', (_, reach, policy, floor) => {
    expect(riskFloorOf(reach, policy)).toBe(floor);
  });

  it('is never lowered by a policy', () => {
    const policy = fc.record({ writableGrant: fc.constantFrom(...riskLevels), irreversible: fc.constantFrom(...riskLevels) });
    fc.assert(
      fc.property(policy, fc.constantFrom(changes, final), (said: Partial<RiskFloor>, reach) => {
        expect(riskFloorOf(reach, said)).not.toBe('low');
        expect(belowFloor('low', reach, said)).toHaveLength(1);
        expect(belowFloor('high', reach, said)).toEqual([]);
      }),
    );
  });

  it('says what it is and why, for each thing, also to a risk that nobody knows', () => {
    const all: Reach = { ...changes, network: ['a.org', 'b.org'], irreversible: ['mail'] };
    expect(belowFloor('low', all, { network: 'high' })).toEqual([
      'risk_level is low, its floor is medium: it may change /var/log/x (writable grant logs)',
      'risk_level is low, its floor is medium: what tool mail does cannot be undone (reversible: false)',
      'risk_level is low, its floor is high: it may talk to a.org, b.org (network)',
    ]);
    expect(belowFloor('none' as 'low', changes)).toHaveLength(1);
  });
});
