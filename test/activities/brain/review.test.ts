import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkChain } from '../../support/trail/check-chain.js';
import { planDigest } from '../../../src/domain/action/digests.js';
import { unpackPlan } from '../../../src/domain/action/packing.js';
import type { BrainBench } from '../../support/vessel/brains.js';
import { identityOf, openBrain } from '../../support/vessel/brains.js';
import { useFolders } from '../../support/folders.js';
import { idOf } from '../../support/trail/ledgers.js';
import { aDocument, sha256 } from '../../support/proposals/proposals.js';
import { closeTrails, recordsIn } from '../../support/trail/trails.js';
import { anyText } from '../../support/texts.js';

const folder = useFolders();
afterEach(closeTrails);

let here: string;
let brain: BrainBench;
beforeEach(() => {
  here = folder();
  brain = openBrain(here);
});
const ends = { completed: 'completed', rejected: 'rejected', failed: 'failed', cancelled: 'cancelled' } as const;
const end = (id: string, status: keyof typeof ends, more = {}) =>
  brain.recordEnd({ identity: identityOf(id), document: aDocument({ proposal_id: id }), status, reason: 'a reason', ...more });

describe('reviewProposal (spec C1, C3, P5)', () => {
  it('fixes plan and digest, and writes what was proposed', async () => {
    const outcome = await brain.review();
    expect(outcome).toMatchObject({
      kind: 'passed',
      policyVersion: 'policy 1',
      approvalSeconds: 86_400,
      onTimeout: 'expired',
      warnings: [],
    });
    if (outcome.kind !== 'passed') return;
    expect(planDigest(sha256, unpackPlan(outcome.plan))).toBe(outcome.digest);
    expect(recordsIn(brain.file)).toEqual([
      expect.objectContaining({
        id: 'janus-0123456789ab/review',
        event_type: 'action_proposed',
        action_id: 'janus-0123456789ab',
        status: 'proposed',
        risk_level: 'low',
        action_type: 'disk_report',
        digest: outcome.digest,
        deadline: '2026-01-03T03:04:05.678Z',
        policy_version: 'policy 1',
        proposal: aDocument(),
      }),
    ]);
  });

  it('warns of a dry run', async () => {
    brain.circumstances.context = { dryRun: true };
    expect(await brain.review()).toMatchObject({ kind: 'passed', warnings: [expect.stringContaining('dry run')] });
  });

  it('refuses with every broken rule, and writes them', async () => {
    const outcome = await brain.review({ rationale: 'short', mission_context: 'unknown', tool_args: ['sudo reboot'] });
    const rules = ['rationale', 'mission-context', 'privileged'];
    expect(outcome).toMatchObject({ kind: 'refused', violations: rules.map((rule) => ({ rule })) });
    expect(recordsIn(brain.file)).toEqual([
      expect.objectContaining({
        event_type: 'action_refused',
        status: 'rejected',
        violations: rules.map((rule) => expect.objectContaining({ rule })),
      }),
    ]);
  });

  it('refuses what is too large to be shown, whoever started it (spec P1)', async () => {
    const step = { tool_name: 'shell', tool_args: ['x'], tool_kwargs: { stdin: 'x'.repeat(65_000) } };
    const outcome = await brain.review({ tool_name: undefined, tool_args: undefined, steps: Array.from({ length: 5 }, () => step) });
    expect(outcome).toMatchObject({
      kind: 'refused',
      violations: [{ rule: 'schema', message: expect.stringContaining('at most 262144') }],
    });
  });

  it('refuses a proposal that runs under the id of another', async () => {
    const outcome = await brain.reviewProposal({ identity: identityOf(idOf(9)), document: aDocument() });
    expect(outcome).toMatchObject({ kind: 'refused', violations: [{ rule: 'identity' }] });
  });

  it('refuses whatever is no proposal, and writes a sound line for it', async () => {
    let count = 0;
    const document = fc.oneof(fc.jsonValue(), fc.dictionary(fc.constantFrom(...Object.keys(aDocument())), fc.jsonValue()), anyText);
    await fc.assert(
      fc.asyncProperty(document, async (anything) => {
        const identity = identityOf(idOf((count += 1)));
        expect(await brain.reviewProposal({ identity, document: anything })).toMatchObject({ kind: 'refused' });
      }),
      { numRuns: 60 },
    );
    expect(await checkChain(brain.file)).toEqual({ ok: true, entries: count });
  });

  it.each([
    ['a passed one', {}],
    ['a refused one', { rationale: 'short' }],
  ])('says the same of %s when it is asked again, here and after a restart, and adds no line', async (_, change) => {
    const outcome = await brain.review(change);
    expect(await brain.review(change)).toEqual(outcome);
    expect(await openBrain(here).review(change)).toEqual(outcome);
    expect(recordsIn(brain.file)).toHaveLength(1);
  });

  it('keeps its refusal even if the rules would now let it pass', async () => {
    brain.circumstances.context = { allowedTools: [] };
    const outcome = await brain.review();
    brain.circumstances.context = {};
    expect(await brain.review()).toEqual(outcome);
    expect(outcome.kind).toBe('refused');
  });

  it('refuses with a second line if what passed would now be refused', async () => {
    await brain.review();
    brain.circumstances.context = { allowedTools: [] };
    expect(await brain.review()).toMatchObject({ kind: 'refused', violations: [{ rule: 'tool' }] });
    expect(recordsIn(brain.file).map(({ id }) => id)).toEqual(['janus-0123456789ab/review', 'janus-0123456789ab/review/again']);
  });

  it('waits for a trail that cannot be written, and lets bugs through', async () => {
    brain.circumstances.broken = true;
    expect(await brain.review()).toEqual({ kind: 'audit_unavailable', why: 'the disk is full' });
    brain.circumstances.broken = false;
    expect(await brain.review()).toMatchObject({ kind: 'passed' });
    const bug = openBrain(folder(), { rules: { context: () => Promise.reject(new TypeError('a bug')) } });
    await expect(bug.review()).rejects.toThrow('a bug');
  });
});

describe('novelty (spec C5)', () => {
  const twin = (number: number) => ({ proposal_id: idOf(number) });

  it('lets exactly one of many at the same moment pass, over several processes', async () => {
    const brains = [brain, openBrain(here), openBrain(here)];
    const outcomes = await Promise.all(Array.from({ length: 12 }, (_, number) => brains[number % 3]!.review(twin(number + 1))));
    const passed = outcomes.filter(({ kind }) => kind === 'passed');
    expect(passed).toHaveLength(1);
    const winner = recordsIn(brain.file).find(({ event_type: type }) => type === 'action_proposed')!.action_id!;
    for (const outcome of outcomes) {
      if (outcome.kind !== 'passed')
        expect(outcome).toMatchObject({
          kind: 'refused',
          violations: [{ rule: 'novelty', message: `the same action is in flight as ${winner}` }],
        });
    }
    expect(await checkChain(brain.file)).toEqual({ ok: true, entries: 12 });
  });

  it.each([
    ['completed', {}, 3_600],
    ['rejected', {}, 7_200],
    ['failed', {}, 0],
    ['cancelled', {}, 0],
    ['completed', { dryRun: true }, 0],
  ] as const)('after %s %j it may come again in %i s', async (status, more, seconds) => {
    await brain.review(twin(1));
    await end(idOf(1), status, more);
    const start = brain.circumstances.now.getTime();
    if (seconds > 0) {
      brain.circumstances.now = new Date(start + seconds * 1_000 - 1);
      expect(await brain.review(twin(2))).toMatchObject({
        kind: 'refused',
        violations: [{ rule: 'novelty', message: expect.stringContaining(idOf(1)) }],
      });
    }
    brain.circumstances.now = new Date(start + seconds * 1_000);
    expect(await brain.review(twin(3))).toMatchObject({ kind: 'passed' });
  });

  it('does not take a refused one for one in flight, and another action not for the same', async () => {
    await brain.review({ ...twin(1), rationale: 'short' });
    expect(await brain.review(twin(2))).toMatchObject({ kind: 'passed' });
    expect(await brain.review({ ...twin(3), tool_args: ['df -i'] })).toMatchObject({ kind: 'passed' });
  });
});
