import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Bench, ProposalHandle } from '../support/bench/bench.js';
import { openBench } from '../support/bench/bench.js';
import { aPreview } from '../support/bench/fake-previewer.js';
import { freshKnobs } from '../support/bench/knobs.js';
import { approve, decide, proposed, started, undoable, untilStatus } from '../support/bench/people.js';
import { aTool } from '../support/proposals/proposals.js';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
beforeEach(() => void Object.assign(bench.knobs, freshKnobs()));
afterAll(() => bench.close());

const effect = 'ef'.repeat(32);
const ran = ({ workflowId }: ProposalHandle) => bench.sandbox.runs.filter(({ proposalId }) => proposalId === workflowId);
const onStage = () => bench.sandbox.runs.filter(({ proposalId }) => proposalId === 'janus-on-stage').length;
const finds = (change: Parameters<typeof aPreview>[0] = {}) => {
  bench.knobs.previewByRisk = { low: true, medium: true };
  bench.knobs.preview = () => Promise.resolve(aPreview(change));
};
const approved = async (document = bench.document('exit 0')) => {
  const handle = await proposed(bench, document);
  const view = await untilStatus(bench, handle, 'proposed');
  await approve(bench, handle);
  return { handle, view, ...(await bench.ended(handle)) };
};

describe('a preview before people are asked (spec X7)', () => {
  it('is bound where two runs agreed: the execution is put in place if it has that effect', async () => {
    finds();
    bench.knobs.stagedEffect = effect;
    const before = onStage();
    const { handle, view, outcome, events } = await approved();
    expect(view).toMatchObject({ plan: { effect }, preview: { bound: true, report: { effectDigest: effect } } });
    expect(outcome.status).toBe('completed');
    expect(events).toEqual(['action_proposed', 'action_previewed', 'action_approved', 'start_authorised', 'action_completed']);
    expect(onStage() - before).toBe(1);
    expect(bench.knobs.inPlace).toEqual([`/workspaces/${handle.workflowId}`]);
    expect((await bench.records(handle.workflowId))[1]).toMatchObject({ effect_digest: effect, bound: true, digest: view.digest });
  });

  it.each([
    { what: 'another effect', script: 'exit 0', staged: '00'.repeat(32), why: 'another effect' },
    { what: 'an effect that cannot be measured', script: 'exit 0', staged: undefined, why: 'another effect' },
    { what: 'another exit code', script: 'exit 1', staged: effect, why: 'did not succeed' },
  ])('ends as stale at execution with $what: nothing is put in place, nothing rolled back', async ({ script, staged, why }) => {
    finds();
    bench.knobs.stagedEffect = staged;
    const { handle, outcome, events } = await approved(bench.document(script, undoable('exit 0')));
    expect(outcome).toMatchObject({ status: 'stale', reason: expect.stringContaining(why) });
    expect(outcome.reason).toContain('nothing was put in place');
    expect(events.at(-1)).toBe('action_stale');
    expect(bench.knobs.inPlace).toEqual([]);
    expect(ran(handle)).toEqual([]);
  });

  it('takes no approval of the digest without the effect', async () => {
    finds();
    const handle = await proposed(bench, bench.document('exit 0'));
    const { plan } = await untilStatus(bench, handle, 'proposed');
    const { effect: _effect, ...bare } = plan!;
    const { planDigest } = await import('../../src/domain/action/digests.js');
    const { sha256 } = await import('../support/proposals/proposals.js');
    const answer = await decide(handle, { decision: 'approve', by: 'approver', digest: planDigest(sha256, bare) });
    expect(answer).toMatchObject({ accepted: false, code: 'DIGEST_MISMATCH' });
    await handle.signal('reject', { by: 'approver', reason: 'only a test' });
    await handle.result();
  });

  it('binds nothing where two runs did not agree, says so, and then runs as ever', async () => {
    finds({ agreed: false, unbound: 'two runs differ in /workspace/log' });
    const { handle, view, outcome } = await approved();
    expect(view.plan?.effect).toBeUndefined();
    expect(view.preview).toMatchObject({ bound: false, report: { unbound: expect.stringContaining('/workspace/log') } });
    expect(outcome.status).toBe('completed');
    expect(ran(handle)).toHaveLength(1);
    expect(bench.knobs.inPlace).toEqual([]);
  });

  it.each([
    {
      what: 'uses the network',
      change: { tool_name: 'curl', tool_args: ['exit 0'], network_domains: ['github.com'] },
      rules: {},
      why: 'uses the network',
    },
    {
      what: 'is declared irreversible',
      change: undoable('exit 0'),
      rules: { tools: [aTool({ reversible: false })] },
      why: 'declared irreversible',
    },
    { what: 'is a dry run', change: {}, rules: { dryRun: true }, why: 'dry_run_mode' },
  ])('says of an action that $what that it is not previewable, and waits all the same', async ({ change, rules, why }) => {
    finds();
    bench.knobs.rules = rules;
    const handle = await proposed(bench, bench.document('exit 0', change));
    const view = await untilStatus(bench, handle, 'proposed');
    expect(view.preview).toEqual({ bound: false, report: { state: 'not_previewable', why: expect.stringContaining(why) } });
    await handle.signal('reject', { by: 'approver', reason: 'only a test' });
    await handle.result();
  });

  it('that fails, or finds no hands, holds nobody up', async () => {
    finds();
    bench.knobs.handsFail = { previewAction: { times: 1, retryable: false } };
    expect((await approved()).view.preview?.report).toMatchObject({ why: expect.stringContaining('no word from the hands') });
    Object.assign(bench.knobs, { host: 'nowhere', permitSeconds: 1 });
    const handle = await proposed(bench, bench.document('exit 0'));
    const view = await untilStatus(bench, handle, 'proposed');
    expect(view.preview?.report).toMatchObject({ why: expect.stringContaining('no hands on nowhere') });
    await handle.signal('reject', { by: 'approver', reason: 'only a test' });
    await handle.result();
  });

  it('is stopped by whoever cancels; until it has ended no plan is shown', async () => {
    finds();
    const stopped = new Promise<void>((told) => {
      bench.knobs.preview = (signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            told();
            reject(signal.reason as Error);
          });
        });
    });
    const handle = await bench.propose(bench.document('exit 0'));
    await expect(bench.view(handle)).resolves.toMatchObject({ status: 'draft' });
    expect((await bench.view(handle)).plan).toBeUndefined();
    await handle.signal('cancel', { by: 'proposer' });
    expect((await bench.ended(handle)).outcome.status).toBe('cancelled');
    await stopped;
  });

  it('happens by policy of the risk, or because the proposer asks; otherwise not at all', async () => {
    finds();
    bench.knobs.previewByRisk = { high: true };
    const quiet = await approved();
    expect(quiet.view.preview).toBeUndefined();
    expect(quiet.events).not.toContain('action_previewed');
    bench.knobs.stagedEffect = effect;
    expect((await approved(bench.document('exit 0', { preview: true }))).view.preview).toMatchObject({ bound: true });
  });

  it('leaves nothing behind where a cancelled execution ran on a copy: nothing is undone', async () => {
    finds();
    const handle = await started(bench, 'wait', undoable('exit 0'));
    await bench.sandbox.started('janus-on-stage');
    await handle.signal('cancel', { by: 'approver' });
    expect((await bench.ended(handle)).outcome.status).toBe('cancelled');
    expect(ran(handle)).toEqual([]);
    expect(bench.knobs.inPlace).toEqual([]);
  });
});
