import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import type { OrderAnswer } from '../../../src/contract/orders.js';
import { queues, vesselWorkflowId, workflowTypes } from '../../../src/contract/names.js';
import type { Order } from '../../../src/domain/approval/order.js';
import type { SnakeKeys } from '../../../src/domain/text/key-case.js';
import type { Bench } from '../../support/bench/bench.js';
import { openBench } from '../../support/bench/bench.js';
import { vessel } from '../../support/bench/knobs.js';
import { firstAdopted, nameOf, toolsPolicy } from '../../support/policy/policy-side.js';
import { signedApprovals } from '../../support/proposals/approvals.js';
import { replayProblems } from '../../support/replay/replay.js';
import { replayBundle } from '../../support/replay/replay-bundle.js';
import { signedOrder } from '../../support/vessel/orders.js';

let bench: Bench;
let code: string;
beforeAll(async () => {
  code = await replayBundle();
  bench = await openBench();
});
afterAll(() => bench.close());

const looser = toolsPolicy('shell', 'curl');
const day = 86_400_000;

describe('the workflow of the vessel waits for the days of a review (spec C7)', () => {
  const start = (): Promise<WorkflowHandle> =>
    bench.server.client.workflow.start(workflowTypes.vessel, { workflowId: vesselWorkflowId(vessel), taskQueue: queues.brain(vessel) });
  const now = () => bench.server.now();
  async function give(handle: WorkflowHandle, kind: Order['kind'], by: string, change: Partial<Order> = {}) {
    const at = await now();
    const order = await signedOrder(
      { kind, by, reason: 'it is needed', of: nameOf(looser), ...change },
      { issued_at: new Date(at).toISOString(), expires_at: new Date(at + day).toISOString() },
    );
    return handle.executeUpdate<SnakeKeys<OrderAnswer>, [object]>('order', { args: [order] });
  }

  it('for seven days by its durable timer, and not a minute less; the policy can be adopted then', async () => {
    bench.knobs.approvals = signedApprovals;
    bench.knobs.policyFiles = looser;
    await bench.note(firstAdopted());
    const handle = await start();
    expect(await give(handle, 'propose_policy', 'ana')).toMatchObject({ accepted: true });
    for (const by of ['claude', 'gemini', 'codex'])
      expect(await give(handle, 'recommend_policy', by, { verdict: 'yes' })).toMatchObject({ accepted: true });
    const since = await now();
    await bench.server.environment.sleep(7 * day - 60_000);
    expect(await give(handle, 'adopt_policy', 'ana')).toMatchObject({ accepted: false, code: 'NOT_REVIEWED' });
    await bench.server.environment.sleep(since + 7 * day + 60_000 - (await now()));
    expect(await give(handle, 'adopt_policy', 'ana')).toMatchObject({ accepted: true, code: 'ACCEPTED' });
    const history = await handle.fetchHistory();
    expect(await replayProblems(code, [{ workflowId: handle.workflowId, history }])).toEqual([]);
  });
});
