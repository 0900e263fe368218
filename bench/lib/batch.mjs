import { cpuOf, ownCpu, pool } from './host.mjs';

/** Sums what stretches of work take of time and of CPU; what lies between them is not counted. */
function createMeter({ worker, server }) {
  const spent = { seconds: 0, client: 0, worker: 0, children: 0, server: 0 };
  const look = () => ({ at: performance.now(), client: ownCpu(), worker: cpuOf(worker.pid), server: cpuOf(server.pid).own });
  return {
    spent,
    async measure(work) {
      const before = look();
      await work();
      const after = look();
      spent.seconds += (after.at - before.at) / 1_000;
      spent.client += after.client - before.client;
      spent.worker += after.worker.own - before.worker.own;
      spent.children += after.worker.children - before.worker.children;
      spent.server += after.server - before.server;
    },
  };
}

/** Starts a batch, then approves it, then has all its results: what one of it took of CPU, in milliseconds. What people sign in between is not counted. */
export async function runBatch({ variant, worker, server }, { count, width }) {
  const items = Array.from({ length: count }, () => variant.prepare());
  const meter = createMeter({ worker, server });
  const { spent } = meter;
  await meter.measure(() => pool(items, width, (item) => variant.start(item)));
  if (variant.sign !== undefined) await pool(items, width, (item) => variant.sign(item));
  await meter.measure(() =>
    pool(items, width, async (item) => {
      await variant.approve(item);
      return variant.result(item);
    }),
  );
  return {
    perSecond: count / spent.seconds,
    cpu: (spent.client + spent.worker) / count,
    worker: spent.worker / count,
    client: spent.client / count,
    children: spent.children / count,
    server: spent.server / count,
    last: items.at(-1).id,
  };
}

/** What a workflow leaves in the server. */
export async function sizeOf(client, id) {
  const { historyLength, historySize } = await client.workflow.getHandle(id).describe();
  return { events: historyLength, history_bytes: historySize };
}
