import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { bundleWorkflowCode, NativeConnection, Worker } from '@temporalio/worker';
import { createHostPlaces } from '../../../src/activities/hands/controls/host-places.js';
import { createGate, enterWithin } from '../../../src/activities/hands/gate.js';
import { openSlots } from '../../../src/adapters/controls/slots.js';
import { queues } from '../../../src/contract/names.js';
import type { HostOrders } from '../../../src/domain/controls/published.js';
import { createHandsWorkers } from '../../../src/worker/temporal/create-worker.js';
import { createSlotSupply } from '../../../src/worker/temporal/slot-supply.js';
import type { TestServer } from '../../support/bench/server.js';
import { startTestServer } from '../../support/bench/server.js';
import { closeAtTheEnd } from '../../support/closing.js';
import { useFolders } from '../../support/folders.js';
import { until } from '../../support/until.js';

const folder = useFolders();
const never = () => Promise.reject(new Error('nobody asks for anything here'));
const needs = { of: 'janus-000000000001', memoryMb: 1, network: [] };
const names = { vessel: 'cuts', host: 'here' };

/** What several workers of one host have in common: the limit of the moment, and who runs. */
function aHost() {
  const file = join(folder(), 'slots');
  const orders = { limit: 8 };
  const starts: { readonly running: number; readonly limit: number }[] = [];
  const running: (() => void)[] = [];
  const workers: { wake(): void; readonly waiting: number }[] = [];
  const open = async ({ environment, namespace }: TestServer, identity: string) => {
    const slots = openSlots(file, 4_096);
    const now = (): HostOrders => ({
      ...{ concurrency: orders.limit, memoryCeilingMb: 10_000, stage: 'SEALED', holds: {}, thinkingSuspended: false },
    });
    const gate = createGate(createHostPlaces(slots, now));
    const supply = createSlotSupply(() => orders.limit + 1);
    const executeAction = async () => {
      const place = await enterWithin(gate, needs, 600_000, new AbortController().signal);
      if (place === undefined || 'held' in place) throw new Error('not let in');
      starts.push({ running: slots.count().running, limit: orders.limit });
      await new Promise<void>((resolve) => running.push(resolve));
      place.leave();
      return {} as never;
    };
    // Of its own, as that of a process is: core refuses two workers of one queue on one connection.
    const connection = await NativeConnection.connect({ address: environment.address });
    closeAtTheEnd(() => connection.close());
    const made = await createHandsWorkers(
      { connection, namespace, ...names, identity, bundle: { code: '' }, payloadConverterPath: '' },
      {
        hands: { executeAction, previewAction: never, settleAction: never, closeStart: never, probeAction: never },
        rollback: { rollBackStep: never },
        control: { beat: never, obeyOrders: never },
        supply,
      },
    );
    workers.push({
      wake: () => {
        supply.wake();
        gate.wake();
      },
      get waiting() {
        return gate.waiting;
      },
    });
    return made;
  };
  const wake = () => workers.forEach((each) => each.wake());
  return { orders, starts, running, workers, open, wake };
}

it('a limit that is cut while actions run and wait lets none start above it, in two workers of one host (spec G2)', async () => {
  const server = await startTestServer('dev');
  closeAtTheEnd(() => server.close());
  const host = aHost();
  const workers = (await Promise.all(['a', 'b'].map((identity) => host.open(server, identity)))).flat();
  const { environment, namespace } = server;
  const workflowsPath = fileURLToPath(new URL('../../../bench/workflows.mjs', import.meta.url));
  const quiet = { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} };
  const workflowBundle = await bundleWorkflowCode({ workflowsPath, logger: quiet });
  const planner = await Worker.create({ connection: environment.nativeConnection, namespace, taskQueue: 'plans', workflowBundle });
  const count = 48;
  const work = async () => {
    const job = { queue: queues.hands(names.vessel, names.host), kind: 'any', count, activity: 'executeAction' };
    const handle = await server.client.workflow.start('jobsWorkflow', { taskQueue: 'plans', workflowId: 'cuts', args: [job] });
    let ended = 0;
    const end = (some: number) => {
      host.running.splice(0, some).forEach((each) => each());
      ended += some;
    };
    // Cut in the middle of everything, raised, and cut again; those that end make room only below the limit.
    for (const limit of [8, 1, 6, 2, 12, 3, 1]) {
      host.orders.limit = limit;
      host.wake();
      const full = () => host.running.length >= limit && host.workers.some(({ waiting }) => waiting > 0);
      await until(`${limit} run, and one waits`, () => full() || undefined);
      end(host.running.length > 4 ? host.running.length - 2 : 1);
    }
    host.orders.limit = 16;
    while (ended < count) {
      host.wake();
      await until('some run', () => host.running.length > 0 || undefined);
      end(host.running.length);
    }
    await handle.result();
  };
  await planner.runUntil(workers.reduce<() => Promise<void>>((inner, worker) => () => worker.runUntil(inner()), work)());
  expect(host.starts).toHaveLength(count);
  expect(host.starts.filter(({ running, limit }) => running > limit)).toEqual([]);
});
