import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Bench, ProposalHandle } from '../support/bench/bench.js';
import { openBench } from '../support/bench/bench.js';
import { freshKnobs } from '../support/bench/knobs.js';
import { approve, proposed, started, stepwise, undoable, untilStatus } from '../support/bench/people.js';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
beforeEach(() => void Object.assign(bench.knobs, freshKnobs()));
afterAll(() => bench.close());

/** What the sandbox was asked to start, in order. */
const ran = ({ workflowId }: ProposalHandle) =>
  bench.sandbox.runs.filter(({ proposalId }) => proposalId === workflowId).map(({ name }) => name);

describe('an approved action', () => {
  it.each([
    { name: 'completes', script: 'exit 0', change: {}, status: 'completed', runs: ['step-1'] },
    { name: 'fails', script: 'exit 1', change: {}, status: 'failed', runs: ['step-1'] },
    { name: 'fails its check', script: 'exit 0', change: { expect: { stdout_contains: ['absent'] } }, status: 'failed', runs: ['step-1'] },
    { name: 'cannot be started', script: 'unavailable', change: undoable('exit 0'), status: 'failed', runs: [] },
    {
      name: 'fails and is rolled back',
      script: 'exit 1',
      change: undoable('exit 0'),
      status: 'rolled_back',
      runs: ['step-1', 'rollback-1'],
    },
    { name: 'is not rolled back after a success', script: 'exit 0', change: undoable('exit 0'), status: 'completed', runs: ['step-1'] },
    {
      name: 'stops its rollback at the first step that fails',
      script: 'exit 1',
      change: undoable('exit 0', 'exit 3', 'exit 0'),
      status: 'rollback_failed',
      runs: ['step-1', 'rollback-1', 'rollback-2'],
    },
    {
      name: 'of several steps runs them in order',
      script: '',
      change: stepwise(['exit 0', 'exit 0'], ['exit 0', 'exit 0'], ['exit 0', 'exit 0']),
      status: 'completed',
      runs: ['step-1', 'step-2', 'step-3'],
    },
    {
      name: 'of several steps undoes what was started, the last first',
      script: '',
      change: stepwise(['exit 0', 'exit 0'], ['exit 1', 'exit 0'], ['exit 0', 'exit 0']),
      status: 'rolled_back',
      runs: ['step-1', 'step-2', 'rollback-2', 'rollback-1'],
    },
  ])('$name', async ({ script, change, status, runs }) => {
    const handle = await started(bench, script, change);
    const { outcome } = await bench.ended(handle);
    expect(outcome.status).toBe(status);
    expect(ran(handle)).toEqual(runs);
    expect(await bench.records(handle.workflowId, 'tool_use')).toHaveLength(runs.length);
  });

  it('is a dry run: says what it would do, starts nothing and does not count as completed (spec X7)', async () => {
    bench.knobs.rules = { dryRun: true };
    const handle = await started(bench, 'exit 0');
    expect((await bench.ended(handle)).outcome).toMatchObject({ status: 'cancelled', reason: expect.stringContaining('dry run') });
    expect(ran(handle)).toEqual([]);
    expect((await bench.records(handle.workflowId)).at(-1)).toMatchObject({ dry_run: true });
  });

  it('expires when no hands are there before its permit runs out', async () => {
    // In real time: the server does not skip while a task waits for a worker.
    Object.assign(bench.knobs, { host: 'nowhere', permitSeconds: 1 });
    const handle = await started(bench, 'exit 0', undoable('exit 0'));
    expect((await bench.ended(handle)).outcome).toMatchObject({
      status: 'expired',
      reason: expect.stringContaining('no hands on nowhere'),
    });
    expect(ran(handle)).toEqual([]);
  });

  it.each([
    { name: 'a rule', rules: { allowedTools: ['jq'] }, reason: 'tool: ' },
    { name: 'what would run', rules: { profile: 'test:1111111111111111' }, reason: 'profile changed' },
    { name: 'a program', rules: { programs: { shell: { path: '/usr/bin/dash' } } }, reason: 'steps changed' },
  ])('is stale when $name changed after it was approved for (spec P5)', async ({ rules, reason }) => {
    const handle = await proposed(bench, bench.document('exit 0'));
    await bench.view(handle);
    bench.knobs.rules = rules;
    await approve(bench, handle);
    const { outcome, events } = await bench.ended(handle);
    expect(outcome).toMatchObject({ status: 'stale', reason: expect.stringContaining(reason) });
    expect(events).not.toContain('start_authorised');
    expect(ran(handle)).toEqual([]);
  });
});

describe('cancellation', () => {
  const cancels = [
    { by: 'a person', cancel: (handle: ProposalHandle) => handle.signal('cancel', { by: 'approver' }) },
    { by: 'Temporal', cancel: (handle: ProposalHandle) => handle.cancel() },
  ];

  it.each(cancels)('by $by stops what runs and undoes it', async ({ cancel }) => {
    const handle = await started(bench, 'wait', undoable('exit 0'));
    await bench.sandbox.started(handle.workflowId);
    await cancel(handle);
    const { outcome, events } = await bench.ended(handle);
    expect(outcome.status).toBe('rolled_back');
    expect(events).toContain('execution_failed');
    expect(ran(handle)).toEqual(['step-1', 'rollback-1']);
  });

  it.each(cancels)('by $by where nothing can be undone ends as cancelled', async ({ cancel }) => {
    const handle = await started(bench, 'wait');
    await bench.sandbox.started(handle.workflowId);
    await cancel(handle);
    expect((await bench.ended(handle)).outcome.status).toBe('cancelled');
    expect(ran(handle)).toEqual(['step-1']);
  });

  it.each(cancels)('by $by comes too late for a rollback', async ({ cancel }) => {
    const handle = await started(bench, 'exit 1', undoable('wait'));
    await bench.sandbox.started(handle.workflowId, 'rollback-1');
    await cancel(handle);
    await bench.view(handle);
    bench.sandbox.release(handle.workflowId);
    const { outcome, events } = await bench.ended(handle);
    expect(outcome.status).toBe('rolled_back');
    expect(events).toContain('decision_late');
  });
});

describe('an interrupted action is never run again (spec X5, X9)', () => {
  const interrupted = async (change = {}) => {
    const handle = await proposed(bench, bench.document('exit 0', change));
    await bench.leaveInterrupted(handle.workflowId, await bench.digest(handle.workflowId), 1);
    await approve(bench, handle);
    return handle;
  };
  const probe = (script: string) => ({ probe: { tool_name: 'shell', tool_args: [script] } });

  it.each([
    {
      name: 'its probe says that it happened',
      change: { ...probe('exit 0'), ...undoable('exit 0') },
      status: 'completed',
      runs: ['probe'],
    },
    { name: 'its probe says that it did not', change: { ...probe('exit 1'), ...undoable('exit 0') }, status: 'failed', runs: ['probe'] },
    {
      name: 'its probe does not know',
      change: { ...probe('exit 2'), ...undoable('exit 0') },
      status: 'rolled_back',
      runs: ['probe', 'rollback-1'],
    },
    { name: 'it has no probe', change: undoable('exit 0'), status: 'rolled_back', runs: ['rollback-1'] },
    { name: 'nor can it be undone', change: undoable('exit 1'), status: 'rollback_failed', runs: ['rollback-1'] },
  ])('$name: $status', async ({ change, status, runs }) => {
    const handle = await interrupted(change);
    const { outcome, events } = await bench.ended(handle);
    expect(outcome.status).toBe(status);
    expect(ran(handle)).toEqual(runs);
    expect(events).toContain('action_interrupted');
  });

  it.each(['completed', 'failed'] as const)('neither probe nor rollback: a human says that it %s (spec X9)', async (outcome) => {
    const handle = await interrupted();
    await untilStatus(bench, handle, 'indeterminate');
    await handle.signal('resolve', { by: 'approver', outcome });
    await handle.signal('approve', { by: 'approver', digest: await bench.digest(handle.workflowId) });
    expect(await bench.view(handle)).toMatchObject({ status: 'indeterminate' });
    await handle.signal('resolve', { by: 'approver', outcome, reason: 'the file is there, or is not' });
    const end = await bench.ended(handle);
    expect(end.outcome).toMatchObject({ status: outcome, reason: expect.stringContaining('resolved by approver') });
    expect(ran(handle)).toEqual([]);
  });

  it('the worker fails in the middle: the next attempt finds the claim and runs nothing', async () => {
    const handle = await started(bench, 'crash', undoable('exit 0'));
    expect((await bench.ended(handle)).outcome.status).toBe('rolled_back');
    expect(ran(handle)).toEqual(['step-1', 'rollback-1']);
  });

  it('no word from the hands: their ledger decides, and closes what nobody had claimed', async () => {
    bench.knobs.handsFail = { executeAction: { times: 1, retryable: false } };
    const handle = await started(bench, 'exit 0');
    const { outcome, events } = await bench.ended(handle);
    expect(outcome).toMatchObject({ status: 'failed', reason: expect.stringContaining('nothing was started') });
    expect(events).toContain('action_interrupted');
    expect(ran(handle)).toEqual([]);
  });

  it('no word from the ledger either: a human need not wait for it', async () => {
    bench.knobs.handsFail = { executeAction: { times: 1, retryable: false }, settleAction: { times: 1_000, retryable: true } };
    const handle = await started(bench, 'exit 0');
    await untilStatus(bench, handle, 'indeterminate');
    await handle.signal('resolve', { by: 'approver', outcome: 'failed', reason: 'the host has burnt down' });
    expect((await bench.ended(handle)).outcome).toMatchObject({ status: 'failed', reason: expect.stringContaining('burnt down') });
    expect(ran(handle)).toEqual([]);
  });
});
