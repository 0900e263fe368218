import type { WorkflowHandle } from '@temporalio/client';
import type { OrderAnswer } from '../../../src/contract/orders.js';
import { queues, vesselWorkflowId, wakeSignal, workflowTypes } from '../../../src/contract/names.js';
import type { Order } from '../../../src/domain/approval/order.js';
import { day } from '../../../src/domain/modes/settings.js';
import type { Bench } from '../bench/bench.js';
import { vessel } from '../bench/knobs.js';
import { lifeIn } from '../modes/trail-life.js';
import { isoOf } from '../modes/trails.js';
import { signedApprovals } from '../proposals/approvals.js';
import { until } from '../until.js';
import { signedOrder } from '../vessel/orders.js';
import type { Path } from './decision-paths.js';

/** A vessel whose brain lives in a time of its own, behind all that is on record; its workflow knows nothing of before. */
export async function beginAnew(bench: Bench) {
  const newest = (await bench.missionLog()).map(({ timestamp }) => Date.parse(timestamp));
  const start = Math.max(Date.now(), ...newest) + 2 * day;
  Object.assign(bench.knobs, { ceiling: 'omega', approvals: signedApprovals, at: start });
  const handle = await bench.server.client.workflow.start(workflowTypes.vessel, {
    workflowId: vesselWorkflowId(vessel),
    taskQueue: queues.brain(vessel),
    args: [],
    workflowIdConflictPolicy: 'TERMINATE_EXISTING',
  });
  await recorded(bench, 'mode_checkpoint', start);
  const life = lifeIn(bench.folder, start);
  return { handle, life, start };
}
type Anew = Awaited<ReturnType<typeof beginAnew>>;

/** Waits for a record of this moment or later. */
const recorded = (bench: Bench, type: string, since: number) =>
  until(`${type} is on record`, async () =>
    (await bench.missionLog()).findLast((each) => each.event_type === type && Date.parse(each.timestamp) >= since),
  );

/** What stands is the change that was recorded last. */
async function standingOf(bench: Bench): Promise<string> {
  const last = (await bench.missionLog()).findLast(({ event_type: type }) => type === 'mode_change') as { mode_id?: string } | undefined;
  return last?.mode_id ?? 'mode-initial';
}

/** A signed order of this moment. */
export async function give(bench: Bench, handle: WorkflowHandle, order: Omit<Order, 'reason'>): Promise<OrderAnswer> {
  const now = bench.knobs.at ?? Date.now();
  const times = { issued_at: isoOf(now), expires_at: isoOf(now + day) };
  const message = await signedOrder({ of: await standingOf(bench), ...order, reason: 'as the figures say' }, times);
  return handle.executeUpdate<OrderAnswer, [object]>('order', { args: [message] });
}

async function earnBeta(bench: Bench, { handle, life }: Anew): Promise<void> {
  await life.cycles(31);
  await life.decide(60);
  bench.knobs.at = life.clock.now.getTime();
  const { accepted, message } = await give(bench, handle, { kind: 'authorise', by: 'ana', mode: 'beta' });
  if (!accepted) throw new Error(message);
}

/** What becomes of the mode, as the workflow of the vessel lives it. */
export const modePaths: readonly Path[] = [
  {
    name: 'vessel-promoted',
    isOpen: true,
    walk: async (bench) => {
      const anew = await beginAnew(bench);
      await give(bench, anew.handle, { kind: 'authorise', by: 'ana', mode: 'beta' });
      await earnBeta(bench, anew);
      return anew.handle;
    },
  },
  {
    name: 'vessel-demoted',
    isOpen: true,
    walk: async (bench) => {
      const anew = await beginAnew(bench);
      await earnBeta(bench, anew);
      const promotedAt = anew.life.clock.now.getTime();
      anew.life.clock.now = new Date(promotedAt + 1_000);
      await anew.life.decide(2, 3);
      bench.knobs.at = promotedAt + 2_000;
      await anew.handle.signal(wakeSignal);
      await recorded(bench, 'mode_change', promotedAt + 2_000);
      return anew.handle;
    },
  },
  {
    name: 'vessel-paused',
    isOpen: true,
    walk: async (bench) => {
      const { handle, life, start } = await beginAnew(bench);
      const pause = `pause-${String(start).slice(-12).padStart(12, '0')}`;
      await life.write('mission_log', 'vessel_paused', { pause, reason: 'three failed', proposals: [], within_seconds: 600 }, pause);
      const { accepted, message } = await give(bench, handle, { kind: 'resume', by: 'ana', of: pause });
      if (!accepted) throw new Error(message);
      return handle;
    },
  },
  {
    name: 'vessel-sunset',
    isOpen: true,
    walk: async (bench) => {
      const { handle, start } = await beginAnew(bench);
      bench.knobs.at = start + 91 * day;
      await handle.signal(wakeSignal);
      await recorded(bench, 'mode_change', start + 91 * day);
      await give(bench, handle, { kind: 'restore', by: 'ana' });
      return handle;
    },
  },
  {
    name: 'vessel-continued-as-new',
    walk: async (bench) => {
      const { handle } = await beginAnew(bench);
      const { client } = bench.server;
      const first = client.workflow.getHandle(handle.workflowId, handle.firstExecutionRunId, { followRuns: false });
      await until('it goes on in a new run', async () => {
        await handle.signal(wakeSignal);
        const { status } = await first.describe();
        return status.name === 'CONTINUED_AS_NEW' ? true : undefined;
      });
      return Object.assign(first, { result: () => Promise.resolve() });
    },
  },
];
