import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CycleReport } from '../../src/contract/cycle.js';
import { queues, workflowTypes } from '../../src/contract/names.js';
import type { Bench, ProposalHandle } from '../support/bench/bench.js';
import { openBench } from '../support/bench/bench.js';
import { freshKnobs, vessel } from '../support/bench/knobs.js';
import { approve, proposed, started, untilStatus } from '../support/bench/people.js';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
beforeEach(() => void Object.assign(bench.knobs, freshKnobs()));
afterAll(() => bench.close());

const ran = ({ workflowId }: ProposalHandle) =>
  bench.sandbox.runs.filter(({ proposalId }) => proposalId === workflowId).map(({ name }) => name);

describe('an emergency stop (spec K1)', () => {
  it.each([
    { seenBy: 'the brain', seen: { brain: 'EMERGENCY_STOP is there' } },
    { seenBy: 'both', seen: { brain: 'EMERGENCY_STOP is there', hands: 'EMERGENCY_STOP is there' } },
  ])('that $seenBy sees suspends the start; lifted, it is asked about again, and nothing starts by itself (spec K3)', async ({ seen }) => {
    bench.knobs.emergencyStop = { ...seen };
    const handle = await started(bench, 'exit 0');
    await untilStatus(bench, handle, 'suspended');
    await bench.server.environment.sleep('10 minutes');
    expect(await untilStatus(bench, handle, 'suspended')).toMatchObject({ status: 'suspended' });
    expect(ran(handle)).toEqual([]);
    bench.knobs.emergencyStop = {};
    await bench.server.environment.sleep('30 minutes');
    expect(await untilStatus(bench, handle, 'proposed')).toMatchObject({ status: 'proposed' });
    expect(ran(handle)).toEqual([]);
    await approve(bench, handle);
    const { outcome, history, events } = await bench.ended(handle);
    expect(outcome.status).toBe('completed');
    expect(events).toContain('action_suspended');
    const lifted = (await bench.records(handle.workflowId)).find(({ event_type: type }) => type === 'approval_withdrawn');
    expect(lifted).toMatchObject({ summary: expect.stringContaining('the emergency stop was lifted: 1 decisions') });
    expect(ran(handle)).toEqual(['step-1']);
    // Looks again every half minute, and no more often, whoever saw the stop.
    expect(history.events!.length).toBeLessThan(24 * 24);
  });

  it('that only the hands see starts nothing, and withdraws consent all the same (spec K3)', async () => {
    bench.knobs.emergencyStop.hands = 'EMERGENCY_STOP is there';
    const handle = await started(bench, 'exit 0');
    await untilStatus(bench, handle, 'suspended');
    await bench.server.environment.sleep('30 minutes');
    await untilStatus(bench, handle, 'proposed');
    await approve(bench, handle);
    await untilStatus(bench, handle, 'suspended');
    bench.knobs.emergencyStop = {};
    await bench.server.environment.sleep('30 minutes');
    await untilStatus(bench, handle, 'proposed');
    await approve(bench, handle);
    expect((await bench.ended(handle)).outcome.status).toBe('completed');
    expect(ran(handle)).toEqual(['step-1']);
  });

  it.each([
    { kind: 'cancel', message: { by: 'approver' }, status: 'cancelled' },
    { kind: 'reject', message: { by: 'approver', reason: 'not any more' }, status: 'rejected' },
  ])('lets a suspended proposal be ended by $kind', async ({ kind, message, status }) => {
    bench.knobs.emergencyStop.brain = 'EMERGENCY_STOP is there';
    const handle = await started(bench, 'exit 0');
    await untilStatus(bench, handle, 'suspended');
    await handle.signal(kind, message);
    expect((await bench.ended(handle)).outcome.status).toBe(status);
    expect(ran(handle)).toEqual([]);
  });

  it('all day fills no history', async () => {
    bench.knobs.emergencyStop = { brain: 'EMERGENCY_STOP is there', hands: 'EMERGENCY_STOP is there' };
    const handle = await started(bench, 'exit 0');
    const { outcome, history } = await bench.ended(handle);
    expect(outcome.status).toBe('expired');
    // The server ends a workflow at 51,200 events; a deadline can be eight days away.
    expect(history.events!.length).toBeLessThan(51_200 / 8);
    expect(ran(handle)).toEqual([]);
  });

  it('that lasts longer than the deadline expires what was approved', async () => {
    Object.assign(bench.knobs, { approvalSeconds: 600, emergencyStop: { brain: 'EMERGENCY_STOP is there' } });
    const handle = await started(bench, 'exit 0');
    expect((await bench.ended(handle)).outcome).toMatchObject({ status: 'expired', reason: expect.stringContaining('until the deadline') });
    expect(ran(handle)).toEqual([]);
  });
});

describe('an audit trail that cannot be written (spec L2)', () => {
  it('keeps everything waiting on durable timers, and lets it go on by itself', async () => {
    const handle = await proposed(bench, bench.document('exit 0'));
    await bench.view(handle);
    bench.knobs.diskFull = true;
    const refused = bench.trailRefused();
    await approve(bench, handle);
    await refused;
    await bench.view(handle);
    await bench.server.environment.sleep('1 hour');
    await bench.view(handle);
    expect(ran(handle)).toEqual([]);
    bench.knobs.diskFull = false;
    const { outcome, history } = await bench.ended(handle);
    expect(outcome.status).toBe('completed');
    expect(ran(handle)).toEqual(['step-1']);
    const waits = (history.events ?? [])
      .flatMap((event) => event.timerStartedEventAttributes?.startToFireTimeout?.seconds ?? [])
      .map(Number);
    // The first is the wait for people; then it doubles up to five minutes.
    expect(waits.slice(1, 10)).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 300]);
    expect(history.events!.length).toBeLessThan(200);
  });

  it('keeps a new proposal from being put before anybody', async () => {
    bench.knobs.diskFull = true;
    const refused = bench.trailRefused();
    const handle = await bench.propose(bench.document('exit 0'));
    await refused;
    expect((await bench.view(handle)).status).toBe('draft');
    bench.knobs.diskFull = false;
    await handle.signal('cancel', { by: 'approver' });
    expect((await bench.ended(handle)).events).toEqual(['action_proposed', 'action_cancelled']);
  });
});

describe('a thinking cycle (spec T2)', () => {
  let cycles = 0;
  const think = (change: { readonly workflowId?: string; readonly args?: readonly unknown[] } = {}) =>
    bench.server.client.workflow.execute(workflowTypes.thinkingCycle, {
      workflowId: `${vessel}-thinking-cycle-${(cycles += 1)}`,
      taskQueue: queues.brain(vessel),
      args: [bench.scheduled('thinkingCycle')],
      ...change,
    }) as Promise<CycleReport>;

  it('proposes each match as a child that outlives it, and counts what was proposed before', async () => {
    const documents = [bench.document('exit 0'), bench.document('exit 0')];
    const [first, second] = documents.map(({ proposal_id: id }) => id);
    const planned = documents.map((document) => ({ playbookId: 'log-rotation', document, actionKey: 'key', approvalSeconds: 60 }));
    const skipped = [{ playbookId: 'other', why: 'metric_unavailable' }];
    bench.knobs.cycle = () => Promise.resolve({ metrics: { disk_usage_percent: 91 }, proposals: planned.slice(0, 1), skipped });
    expect(await think()).toMatchObject({ started: [first], duplicates: [], skipped, metrics: { disk_usage_percent: 91 } });
    bench.knobs.cycle = () => Promise.resolve({ metrics: {}, proposals: planned, skipped: [] });
    expect(await think()).toMatchObject({ started: [second], duplicates: [first] });
    for (const id of [first!, second!]) {
      const child = bench.server.client.workflow.getHandle(id) as ProposalHandle;
      await approve(bench, child);
      expect((await bench.ended(child)).outcome.status).toBe('completed');
      expect(ran(child)).toEqual(['step-1']);
    }
  });

  it('that has nothing to think about says why, and is written down', async () => {
    bench.knobs.cycle = () => Promise.resolve({ metrics: {}, proposals: [], skipped: [], idle: '12 proposals wait already' });
    expect(await think()).toMatchObject({ started: [], idle: '12 proposals wait already' });
    expect((await bench.missionLog()).at(-1)).toMatchObject({ event_type: 'thinking_cycle', summary: '12 proposals wait already' });
  });

  it.each<[string, () => Parameters<typeof think>[0]]>([
    ['bears no word of the vessel', () => ({ args: [{ vessel }] })],
    ['bears the word for another type', () => ({ args: [{ ...bench.scheduled('bookkeeping') }] })],
    ['was told something else', () => ({ args: [{ ...bench.scheduled('thinkingCycle'), vessel: 'evil' }] })],
    ['was told more', () => ({ args: [{ ...bench.scheduled('thinkingCycle'), more: true }] })],
    ['is called otherwise', () => ({ workflowId: `strangers-cycle-${cycles}` })],
    ['was told nothing', () => ({ args: [null] })],
  ])('of a stranger does nothing and is not written down: it %s (spec L2)', async (_, change) => {
    const document = bench.document('exit 0');
    bench.knobs.cycle = () =>
      Promise.resolve({ metrics: {}, proposals: [{ playbookId: 'p', document, actionKey: 'key', approvalSeconds: 60 }], skipped: [] });
    const before = (await bench.missionLog()).length;
    expect(await think(change())).toMatchObject({ started: [], unrecorded: expect.stringContaining('no Schedule') });
    expect((await bench.missionLog()).length).toBe(before);
    expect(await bench.records(document.proposal_id)).toEqual([]);
  });

  it('tries its planner again, three times at most', async () => {
    let calls = 0;
    bench.knobs.cycle = () => Promise.reject(new Error(`attempt ${(calls += 1)}`));
    await expect(think()).rejects.toThrow();
    expect(calls).toBe(3);
  });
});
