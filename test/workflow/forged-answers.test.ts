import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import type { Bench, ProposalHandle } from '../support/bench/bench.js';
import { openBench } from '../support/bench/bench.js';
import { aPreview } from '../support/bench/fake-previewer.js';
import { freshKnobs } from '../support/bench/knobs.js';
import { started, undoable, untilStatus } from '../support/bench/people.js';
import { signedApprovals } from '../support/proposals/approvals.js';
import { soon } from '../support/soon.js';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
beforeEach(() => void Object.assign(bench.knobs, freshKnobs()));
afterAll(() => bench.close());

const ran = ({ workflowId }: ProposalHandle) =>
  bench.sandbox.runs.filter(({ proposalId }) => proposalId === workflowId).map(({ name }) => name);

const output = { text: '', bytes: 0, sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', truncated: false };
const success = {
  state: 'finished',
  ok: true,
  host: 'test-host',
  steps: [
    {
      reason: 'exit',
      exitCode: 0,
      stdout: output,
      stderr: output,
      startedAt: '2026-01-01T00:00:00Z',
      endedAt: '2026-01-01T00:00:01Z',
      wallSeconds: 1,
    },
  ],
  problems: [],
};
const forged = (act: string, answer: unknown, signature = 'Zm9yZ2Vk') => ({ act, answer, signature });

describe('whoever polls the queue of the hands (spec X11, X5)', () => {
  it.each([
    ['a success', success],
    ['that nothing was started', { state: 'not_started', host: 'test-host', code: 'CLOSED', why: 'no' }],
  ])('answers %s, and nothing of it counts: the ledger is asked, and closes what nobody had started', async (_, answer) => {
    bench.knobs.handsForge = { executeAction: [forged('execute', answer)] };
    const handle = await started(bench, 'exit 0', undoable('exit 0'));
    const { outcome, events } = await bench.ended(handle);
    expect(outcome).toMatchObject({ status: 'failed', reason: expect.stringContaining('never will be') });
    expect(events).toContain('result_refused');
    expect(events).not.toContain('action_completed');
    expect(ran(handle)).toEqual([]);
    expect(await bench.records(handle.workflowId, 'tool_use')).toEqual([]);
  });

  it('shows what hands said when they were asked to execute, and is not believed that the start is closed', async () => {
    // Hands refuse whatever is presented with too few approvals, and the permit stays good for whoever brings more.
    let refusal: unknown;
    const refuse = async (honest: () => Promise<unknown>) => {
      bench.knobs.handsApprovals = signedApprovals;
      refusal = await honest();
      bench.knobs.handsApprovals = undefined;
      return refusal;
    };
    bench.knobs.handsForge = { executeAction: [refuse], settleAction: [() => Promise.resolve(refusal)] };
    const handle = await started(bench, 'exit 0');
    const { outcome, events } = await bench.ended(handle);
    expect(refusal).toMatchObject({ act: 'execute', answer: { code: 'PERMIT_REFUSED' }, signature: expect.stringMatching(/./) });
    expect(outcome.status).toBe('failed');
    expect(events).toContain('result_refused');
  });

  it('hides that it had another effect: the ledger tells, and it ends as stale', async () => {
    bench.knobs.previewByRisk = { low: true };
    bench.knobs.preview = () => Promise.resolve(aPreview());
    bench.knobs.stagedEffect = '00'.repeat(32);
    const hide = async (honest: () => Promise<unknown>) => {
      await honest();
      return forged('execute', success);
    };
    bench.knobs.handsForge = { executeAction: [hide] };
    const handle = await started(bench, 'exit 0');
    const { outcome, events } = await bench.ended(handle);
    expect(outcome).toMatchObject({ status: 'stale', reason: expect.stringContaining('another effect') });
    expect(events).toContain('result_refused');
  });

  it('is no person: what looks like a resolution, or is a failure for good, settles nothing (spec X9)', async () => {
    const resolution = { state: 'resolved', outcome: 'completed', by: 'approver', reason: 'I saw it' };
    const fails = () => Promise.reject(ApplicationFailure.create({ message: 'no ledger here', nonRetryable: true }));
    bench.knobs.handsForge = { executeAction: [resolution], settleAction: [resolution, fails] };
    const handle = await started(bench, 'exit 0', undoable('exit 0'));
    const { outcome, events } = await bench.ended(handle);
    expect(outcome).toMatchObject({ status: 'failed', reason: expect.stringContaining('never will be') });
    expect(events.filter((event) => event === 'result_refused')).toHaveLength(3);
  });

  it('is asked again as often as it answers in their place, and a person can settle it meanwhile (spec X9)', async () => {
    const answers = (act: string) => Array.from({ length: 200 }, () => forged(act, success));
    bench.knobs.handsForge = { executeAction: answers('execute'), settleAction: answers('settle') };
    const handle = await started(bench, 'exit 0');
    await untilStatus(bench, handle, 'indeterminate');
    await handle.signal('resolve', { by: 'approver', outcome: 'failed', reason: 'somebody polls our queue' });
    const { outcome, events } = await bench.ended(handle);
    expect(outcome).toMatchObject({ status: 'failed', reason: expect.stringContaining('somebody polls our queue') });
    expect(events.filter((event) => event === 'result_refused').length).toBeLessThanOrEqual(20);
    expect(ran(handle)).toEqual([]);
  });

  it('ends no rollback: the step is asked for again, and runs once', async () => {
    const undone = { state: 'finished', ok: true, result: success.steps[0], problems: [] };
    bench.knobs.handsForge = { rollBackStep: [forged('rollback', undone), forged('rollback', { state: 'refused', why: 'no' })] };
    const handle = await started(bench, 'exit 1', undoable('exit 0'));
    const { outcome, events } = await bench.ended(handle);
    expect(outcome.status).toBe('rolled_back');
    expect(events.filter((event) => event === 'result_refused')).toHaveLength(2);
    expect(ran(handle)).toEqual(['step-1', 'rollback-1']);
    expect(await bench.records(handle.workflowId, 'tool_use')).toHaveLength(2);
  });

  it('shows nobody a preview of its own making', async () => {
    Object.assign(bench.knobs, { previewByRisk: { low: true } });
    bench.knobs.handsForge = {
      previewAction: [forged('preview', { state: 'previewed', agreed: true, effectDigest: 'ef'.repeat(32), effect: {} })],
    };
    const handle = await started(bench, 'exit 0');
    const { outcome } = await bench.ended(handle);
    expect(outcome.status).toBe('completed');
    expect((await bench.records(handle.workflowId)).find(({ event_type: type }) => type === 'action_previewed')).toMatchObject({
      previewable: false,
      reason: expect.stringContaining('not signed by the hands'),
    });
  });
});

describe('while an approved action waits at the gate (spec A1)', () => {
  const waitsAtTheGate = async () => {
    bench.knobs.slots = 0;
    const handle = await started(bench, 'exit 0');
    await untilStatus(bench, handle, 'executing');
    await soon(() => bench.waitingAtGate() > 0);
    return handle;
  };

  it('a rejection counts, and nothing starts', async () => {
    const handle = await waitsAtTheGate();
    await handle.signal('reject', { by: 'second', reason: 'on second thoughts' });
    const { outcome } = await bench.ended(handle);
    expect(outcome).toMatchObject({ status: 'rejected', reason: 'on second thoughts', decided_by: 'second' });
    expect(ran(handle)).toEqual([]);
  });

  it('a withdrawal counts: it is asked about again', async () => {
    const handle = await waitsAtTheGate();
    await handle.signal('withdraw', { by: 'approver' });
    await untilStatus(bench, handle, 'proposed');
    expect(ran(handle)).toEqual([]);
    bench.knobs.slots = 16;
    await handle.signal('approve', { by: 'approver', digest: await bench.digest(handle.workflowId) });
    expect((await bench.ended(handle)).outcome.status).toBe('completed');
    expect(ran(handle)).toEqual(['step-1']);
  });
});
