import { CancellationScope, isCancellation, proxyActivities, sleep } from '@temporalio/workflow';
import type { ObeyActivities } from '../../contract/hands.js';
import { queues } from '../../contract/names.js';
import type { Told } from '../../contract/orders.js';
import type { Obeyed } from '../../domain/controls/standing-orders.js';
import { vesselBrain } from './brain.js';

const tellAgainSecondsFirst = 2;
const tellAgainSecondsMax = 300;

/** Tells the hands what stands, again and again until they themselves say that they keep to it. Ends when it is cancelled: something newer stands. */
async function tellUntilObeyed({ vessel, host, orders: first }: Told, again: () => Promise<Told | undefined>): Promise<Obeyed> {
  const { obeyOrders } = proxyActivities<ObeyActivities>({
    taskQueue: queues.control(vessel, host),
    // Hands that are away are told as soon as they are back; what waits in their queue costs no history.
    startToCloseTimeout: '10 seconds',
    retry: { initialInterval: '1 second', maximumInterval: '1 minute' },
    summary: 'tells the hands what stands',
  });
  let orders = first;
  for (let seconds = tellAgainSecondsFirst; ; seconds = Math.min(seconds * 2, tellAgainSecondsMax)) {
    try {
      const answer = await obeyOrders(orders);
      if (await vesselBrain.verifyObeyed({ orders, answer })) return answer.obeyed;
    } catch (error) {
      if (isCancellation(error)) throw error;
    }
    // Somebody else answered in their place, hands cannot, or they keep to newer ones already.
    await sleep(seconds * 1_000, { summary: 'hands did not answer, they are told again' });
    orders = (await again())?.orders ?? orders;
  }
}

/** One at a time: what was to be told before is no longer true. `again` says anew what stands. */
export function createTelling(again: () => Promise<Told | undefined>) {
  let current: CancellationScope | undefined;
  return {
    start(told: Told, onObeyed: (obeyed: Obeyed) => void): void {
      current?.cancel();
      const scope = new CancellationScope();
      current = scope;
      const done = scope.run(() => tellUntilObeyed(told, again)).then(onObeyed);
      done.catch((error: unknown) => {
        if (!isCancellation(error)) throw error;
      });
    },
    stop: () => current?.cancel(),
  };
}
