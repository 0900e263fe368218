import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { WithStartWorkflowOperation, WorkflowIdConflictPolicy } from '@temporalio/client';
import type { OrderAnswer, StandingView } from '../../src/contract/orders.js';
import { queues, vesselWorkflowId, workflowTypes } from '../../src/contract/names.js';
import type { StandingStop } from '../../src/domain/controls/stop.js';
import type { SnakeKeys } from '../../src/domain/text/key-case.js';
import type { Bench } from '../support/bench/bench.js';
import { openBench } from '../support/bench/bench.js';
import { freshKnobs, vessel } from '../support/bench/knobs.js';
import { replayProblems } from '../support/replay/replay.js';
import { replayBundle } from '../support/replay/replay-bundle.js';
import { until } from '../support/until.js';

let bench: Bench;
let code: string;
beforeAll(async () => {
  code = await replayBundle();
  bench = await openBench();
});
beforeEach(() => void Object.assign(bench.knobs, freshKnobs()));
afterAll(() => bench.close());

const start = (workflowId = vesselWorkflowId(vessel), args: unknown[] = []): Promise<WorkflowHandle> =>
  bench.server.client.workflow.start(workflowTypes.vessel, {
    workflowId,
    taskQueue: queues.brain(vessel),
    args,
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
  });
type Answer = SnakeKeys<OrderAnswer>;
const order = (handle: WorkflowHandle, message: object) => handle.executeUpdate<Answer, [object]>('order', { args: [message] });
const standing = (handle: WorkflowHandle) => handle.executeUpdate<SnakeKeys<StandingView>, []>('standing');
let stops = 0;
const stop = (): StandingStop => ({
  ...{ id: `stop-${String((stops += 1)).padStart(12, '0')}`, at: '2026-01-02T03:00:00.000Z', reason: 'smoke', by: 'ana', mode: 'now' },
  ...{ isFileThere: true, found: 'EMERGENCY_STOP exists', next: 'ubos resume' },
});
const by = { by: 'ana', reason: 'all is well' };

async function release(handle: WorkflowHandle): Promise<void> {
  const { setting } = await standing(handle);
  await order(handle, { ...by, kind: 'release', of: setting.id });
}

describe('the workflow of the vessel (spec K1, G2)', () => {
  it('ends a stop that it had not heard of, by its id: hands take the mark away and say so', async () => {
    const handle = await start();
    const stood = stop();
    bench.knobs.stopOnDisk = stood;
    expect((await standing(handle)).stops).toMatchObject([{ id: stood.id, reason: 'smoke' }]);
    expect(await order(handle, { ...by, kind: 'resume', of: 'stop-ffffffffffff' })).toMatchObject({ accepted: false, code: 'UNKNOWN_ID' });
    const answer = await order(handle, { ...by, kind: 'resume', of: stood.id });
    expect(answer).toMatchObject({ accepted: true, code: 'ACCEPTED', hands: { cleared: [stood.id] }, standing: { stops: [] } });
    expect(bench.knobs.stopOnDisk).toBeUndefined();
    // Put back by hand, and ended again: it is the same stop.
    bench.knobs.stopOnDisk = stood;
    const again = await order(handle, { ...by, kind: 'resume', of: stood.id });
    expect(again).toMatchObject({ accepted: false, code: 'ALREADY_RESUMED', hands: { cleared: [stood.id] } });
    expect(await replayProblems(code, [{ workflowId: handle.workflowId, history: await handle.fetchHistory() }])).toEqual([]);
  });

  it('tells hands of limit, hold and release, by update and by signal', async () => {
    const handle = await start();
    expect(await order(handle, { ...by, kind: 'limit', limit: 2 })).toMatchObject({ accepted: true, hands: { cleared: [] } });
    expect(bench.keptOrders()).toMatchObject({ limit: 2, hold: false, mode: 'alpha' });
    await handle.signal('order', { ...by, kind: 'hold' });
    await until('hands hold', () => bench.keptOrders().hold || undefined);
    expect(await order(handle, { ...by, kind: 'limit', limit: 9 })).toMatchObject({ accepted: false, code: 'ABOVE_CONFIGURATION' });
    await release(handle);
    expect(bench.keptOrders()).toMatchObject({ hold: false });
    expect(bench.keptOrders()).not.toHaveProperty('limit');
  });

  it('takes anything for a message, and nothing of it for an order', async () => {
    const handle = await start();
    const before = await standing(handle);
    for (const args of [[], [null], ['resume'], [[]], [{}], [{ kind: 'release', by: 'x', reason: 'x' }], [{ ...by, kind: 'hold' }, {}]])
      await handle.signal('order', ...args);
    for (const name of ['resume', 'Order', 'approve', '__proto__']) await handle.signal(name, { ...by, kind: 'hold' });
    let deep: unknown = 1;
    for (let level = 0; level < 500; level += 1) deep = [deep];
    await handle.signal('order', { ...by, kind: 'hold', of: deep });
    await expect(handle.executeUpdate('order', { args: [{ ...by, kind: 'resume' }] })).rejects.toThrow();
    expect((await standing(handle)).setting).toEqual(before.setting);
    const { status } = await handle.describe();
    expect(status.name).toBe('RUNNING');
    const history = await handle.fetchHistory();
    expect((history.events ?? []).filter(({ workflowTaskFailedEventAttributes: failed }) => failed)).toEqual([]);
  });

  it('reads on behind a flood, and says that it was one', async () => {
    const handle = await start();
    await Promise.all(Array.from({ length: 1_200 }, () => handle.signal('order', 'flood')));
    expect(await order(handle, { ...by, kind: 'hold' })).toMatchObject({ accepted: true });
    expect((await bench.missionLog()).filter(({ event_type: type }) => type === 'control_order_refused').length).toBeLessThanOrEqual(20);
    await release(handle);
  });

  it('goes on when it is cancelled, terminated or reset: it keeps nothing that the trail does not', async () => {
    const handle = await start();
    await order(handle, { ...by, kind: 'limit', limit: 3 });
    await handle.cancel();
    expect((await standing(handle)).setting).toMatchObject({ limit: 3 });
    await handle.terminate();
    const next = await start();
    expect((await standing(next)).setting).toMatchObject({ limit: 3 });
    await release(next);
  });

  it('answers that it was judged where hands are silent or somebody answers for them, and tells them again', async () => {
    const handle = await start();
    bench.knobs.handsForge = { obeyOrders: [{ obeyed: { seq: 1, cleared: [] }, signature: 'forged' }, {}, null] };
    await handle.signal('order', { ...by, kind: 'hold' });
    await until('hands hold', () => bench.keptOrders().hold || undefined);
    await release(handle);
  });

  it('under another id, whoever starts it, hears nothing and ends', async () => {
    const stranger = await start(`${vessel}-vessel-2`, [{ vessel: 'evil' }]);
    expect(await stranger.result()).toMatchObject({ kind: 'refused' });
  });

  it('says that nothing was done where the trail cannot be written, and begins by itself when it can', async () => {
    const handle = await start();
    bench.knobs.diskFull = true;
    expect(await order(handle, { ...by, kind: 'hold' })).toMatchObject({ accepted: false, code: 'AUDIT_UNAVAILABLE' });
    bench.knobs.diskFull = false;
    expect(await order(handle, { ...by, kind: 'hold' })).toMatchObject({ accepted: true });
    await release(handle);
  });

  it('is started by whoever sends the first order', async () => {
    await (await start()).terminate();
    const startOperation = new WithStartWorkflowOperation(workflowTypes.vessel, {
      workflowId: vesselWorkflowId(vessel),
      taskQueue: queues.brain(vessel),
      args: [],
      workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    });
    const options = { startWorkflowOperation: startOperation, args: [{ ...by, kind: 'limit', limit: 1 }] };
    expect(await bench.server.client.workflow.executeUpdateWithStart('order', options as never)).toMatchObject({ accepted: true });
    await release(await start());
  });
});
