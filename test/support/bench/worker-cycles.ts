import { createSlotSupply } from '../../../src/worker/temporal/slot-supply.js';
import { createHandsWorkers } from '../../../src/worker/temporal/create-worker.js';
import { until } from '../until.js';
import type { TestServer } from './server.js';

const never = () => Promise.reject(new Error('nobody asks for anything here'));
const hands = { executeAction: never, previewAction: never, settleAction: never, closeStart: never, probeAction: never };

/**
 * The workers of hands, one after the other in this process, all with the same supply: they end while they ask for permits, or while they poll with
 * one. Gives how many permits were still out at most when they had ended.
 */
export async function cycleWorkers({ environment, namespace }: TestServer, count: number): Promise<number> {
  let most = 0;
  const supply = createSlotSupply(() => 4);
  for (let cycle = 0; cycle < count; cycle += 1) {
    const [worker, ...rest] = await createHandsWorkers(
      {
        ...{ connection: environment.nativeConnection, namespace, vessel: 'cycles', host: 'here', identity: `cycle-${cycle}` },
        ...{ bundle: { code: '' }, payloadConverterPath: '' },
      },
      { hands, rollback: { rollBackStep: never }, control: { beat: never, obeyOrders: never }, supply },
    );
    const polled =
      cycle % 2 === 0 ? Promise.resolve() : until('a permit is out', () => supply.issued > 0 || undefined).then(() => undefined);
    await Promise.all([worker?.runUntil(polled), ...rest.map((each) => each.runUntil(polled))]);
    most = Math.max(most, supply.issued);
  }
  return most;
}
