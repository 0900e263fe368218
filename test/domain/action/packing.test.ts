import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { planDigest } from '../../../src/domain/action/digests.js';
import { packPlan, packResult, unpackPlan, unpackResult } from '../../../src/domain/action/packing.js';
import { planProposal } from '../../../src/domain/action/planning.js';
import { openTerms } from '../../../src/domain/approval/terms.js';
import type { CommandResult } from '../../../src/domain/action/result.js';
import { anyPlan, aResult } from '../../support/proposals/plans.js';
import { aContext, aProposal, sha256 } from '../../support/proposals/proposals.js';

/** As histories carry it. */
const travelled = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

describe('a packed plan', () => {
  it('is the same plan again, with the same digest, after its journey', () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const arrived = unpackPlan(travelled(packPlan(plan)));
        expect(arrived).toEqual(plan);
        expect(planDigest(sha256, arrived)).toBe(planDigest(sha256, plan));
      }),
    );
  });

  it('leaves out what everybody knows, and nothing else', () => {
    const plan = planProposal(aProposal(), aContext({ limits: { ...aContext().limits, inodes: 7 } }), openTerms('run_tests'));
    expect(Object.keys(packPlan(plan)).sort()).toEqual(['approval', 'limits', 'profile', 'proposalId', 'risk', 'steps', 'vessel']);
    expect(packPlan(plan).approval).toEqual({ actionType: 'run_tests' });
    expect(packPlan({ ...plan, approval: { ...plan.approval, signature: 'required' } }).approval).toMatchObject({ signature: 'required' });
    expect(packPlan(plan).limits).toEqual({ inodes: 7, wallSeconds: 300 });
    expect(packPlan({ ...plan, dryRun: true, network: ['a.example'] })).toMatchObject({ dryRun: true, network: ['a.example'] });
  });

  it('does not change the plan that it was made from', () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const before = structuredClone(plan);
        packPlan(plan);
        expect(plan).toEqual(before);
      }),
    );
  });
});

describe('a packed result', () => {
  const output = fc.record({ text: fc.string(), bytes: fc.nat(9), sha256: fc.string(), truncated: fc.boolean() });
  const results = fc
    .record(
      {
        exitCode: fc.option(fc.nat(255)),
        signal: fc.option(fc.constantFrom('SIGKILL', 'SIGTERM')),
        stdout: output,
        stderr: output,
        cpuSeconds: fc.nat(2),
        peakMemoryMb: fc.nat(2),
        bytesWritten: fc.nat(2),
        connections: fc.nat(2),
        files: fc.array(fc.record({ path: fc.string(), exists: fc.boolean() }), { maxLength: 2 }),
        note: fc.string(),
        reason: fc.constantFrom('exit', 'signal', 'wall'),
      },
      { requiredKeys: [] },
    )
    .map((change) => aResult(change as Partial<CommandResult>));

  it('is the same result again after its journey', () => {
    fc.assert(fc.property(results, (result) => expect(unpackResult(travelled(packResult(result)))).toEqual(result)));
  });

  it('keeps how a command ended even where that is nothing', () => {
    expect(packResult(aResult())).toEqual({
      reason: 'exit',
      exitCode: 0,
      startedAt: '2026-01-02T03:04:05.000Z',
      endedAt: '2026-01-02T03:04:06.000Z',
      wallSeconds: 1,
    });
    expect(packResult(aResult({ exitCode: null }))).toHaveProperty('exitCode', null);
  });

  it('keeps an empty output whose text was cut away', () => {
    const stdout = { ...aResult().stdout, bytes: 9, truncated: true };
    expect(packResult(aResult({ stdout })).stdout).toEqual(stdout);
  });
});
