import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { actionKey, planDigest, proposalId, shortDigest } from '../../../src/domain/action/digests.js';
import { rollbackSequence } from '../../../src/domain/action/plan.js';
import { planProposal } from '../../../src/domain/action/planning.js';
import { openTerms } from '../../../src/domain/approval/terms.js';
import { aContext, aDocument, aProposal, aTool, sha256 } from '../../support/proposals/proposals.js';
import { parseProposal } from '../../../src/domain/action/proposal.schema.js';

const call = (text: string) => ({ tool_name: 'shell', tool_args: [text] });
const steps = [
  { ...call('step one'), rollback: [call('undo one a'), call('undo one b')] },
  { ...call('step two'), rollback: [call('undo two')] },
];
const { tool_name: _name, tool_args: _args, ...withoutTool } = aDocument();
const sequence = parseProposal({ ...withoutTool, steps, rollback: [call('undo all')], probe: call('look') });

describe('planProposal (spec P5)', () => {
  it('resolves program and argv, and leaves nothing to a shell that was not asked for', () => {
    expect(planProposal(aProposal(), aContext(), openTerms('run_tests')).steps).toEqual([
      { tool: 'shell', path: '/usr/bin/bash', args: ['--noprofile', '--norc', '-c', 'df -h /workspace'] },
    ]);
  });

  it('takes the smallest of every limit: policy, tool, proposal (spec X3)', () => {
    const context = aContext({ tools: [aTool({ limits: { memoryMb: 512, processes: 10 } })] });
    const { limits } = planProposal(
      aProposal({ tool_kwargs: { limits: { memory_limit_mb: 256, cpu_seconds: 7 } } }),
      context,
      openTerms('run_tests'),
    );
    expect(limits).toMatchObject({ memoryMb: 256, processes: 10, cpuSeconds: 7, diskWriteMb: 1_024, wallSeconds: 300 });
  });

  it('carries the tier that its risk demands, and nothing where none is demanded', () => {
    const context = aContext({ minimumTiers: { low: 'cgroup-v1', high: 'cgroup-v2' } });
    expect(planProposal(aProposal({ risk_level: 'low' }), context, openTerms('run_tests')).minimumTier).toBe('cgroup-v1');
    expect(planProposal(aProposal({ risk_level: 'low' }), aContext(), openTerms('run_tests'))).not.toHaveProperty('minimumTier');
  });

  it('uses the default time-out only for those that do not say', () => {
    expect(
      planProposal(aProposal({ tool_kwargs: { limits: { wall_seconds: 450 } } }), aContext(), openTerms('run_tests')).limits.wallSeconds,
    ).toBe(450);
  });

  it('gives a tool its grants and no others (spec X2)', () => {
    const context = aContext({ tools: [aTool({ grants: ['cache'] }), aTool({ name: 'jq', shell: false })] });
    expect(planProposal(aProposal(), context, openTerms('run_tests')).grants).toEqual([
      { name: 'cache', path: '/srv/cache', writable: false },
    ]);
    expect(planProposal(aProposal({ tool_name: 'jq', tool_args: ['.'] }), context, openTerms('run_tests')).grants).toEqual([]);
  });
});

it('a plan names the tools whose doings cannot be undone, and nothing where there are none (spec C6)', () => {
  const context = aContext({ tools: [aTool({ reversible: false }), aTool({ name: 'jq', shell: false })] });
  expect(planProposal(aProposal(), context, openTerms('x')).irreversible).toEqual(['shell']);
  expect(planProposal(aProposal({ tool_name: 'jq', tool_args: ['.'] }), context, openTerms('x'))).not.toHaveProperty('irreversible');
});

describe('rollbackSequence (spec P4, X8)', () => {
  const plan = planProposal(sequence, aContext(), openTerms('run_tests'));
  const undone = (started: number) => rollbackSequence(plan, started).map(({ command }) => command.args.at(-1));

  it('undoes the last step first, each step in its own order, then the whole', () => {
    expect(undone(2)).toEqual(['undo two', 'undo one a', 'undo one b', 'undo all']);
  });

  it('undoes only what was started, and nothing where nothing was', () => {
    expect(undone(1)).toEqual(['undo one a', 'undo one b', 'undo all']);
    expect(undone(0)).toEqual([]);
  });
});

describe('digest and ids (spec P5)', () => {
  const plan = planProposal(sequence, aContext(), openTerms('run_tests'));
  const digest = planDigest(sha256, plan);

  it('changes with every single thing that will run', () => {
    const seen = new Set([digest]);
    const changes: object[] = [
      { risk: 'high' },
      { network: ['github.com'] },
      { grants: [{ name: 'a', path: '/a', writable: true }] },
      { limits: { ...plan.limits, inodes: 1 } },
      { profile: 'other' },
      { dryRun: true },
      { proposalId: 'janus-ffffffffffff' },
      { vessel: 'other' },
      { steps: [...plan.steps].reverse() },
      { rollback: plan.rollback.slice(1) },
      { probe: { ...plan.steps[0], stdin: '' } },
    ];
    for (const change of changes) seen.add(planDigest(sha256, { ...plan, ...change }));
    expect(seen.size).toBe(changes.length + 1);
  });

  it('changes with every byte of an argument', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        const of = (text: string) => planDigest(sha256, { ...plan, steps: [{ tool: 'jq', path: '/usr/bin/jq', args: [text] }] });
        expect(of(a) === of(b)).toBe(a === b);
      }),
    );
  });

  it('has the same action key for the same idea, however it is argued for', () => {
    const key = (change: object) => actionKey(sha256, aProposal(change));
    expect(key({ action_type: 'Disk Report', rationale: 'Quite another reason to do the same.' })).toBe(key({}));
    expect(key({ tool_args: ['df'] })).not.toBe(key({}));
    expect(key({ tool_kwargs: { stdin: 'x' } })).not.toBe(key({}));
  });

  it("makes ids of the seed's form, with the vessel in the hash (spec P3)", () => {
    const parts = { vessel: 'a', actionKey: 'k', timestamp: 't', nonce: 'n' };
    expect(proposalId(sha256, parts)).toMatch(/^janus-[0-9a-f]{12}$/);
    expect(proposalId(sha256, parts)).toBe(proposalId(sha256, { ...parts }));
    expect(proposalId(sha256, { ...parts, vessel: 'b' })).not.toBe(proposalId(sha256, parts));
  });

  it('is shown in two groups of four', () => {
    expect(shortDigest('9f2c41ab00')).toBe('9f2c-41ab');
  });
});
