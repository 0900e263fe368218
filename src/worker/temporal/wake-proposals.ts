import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import { queryFor } from '../../client/listing.js';
import { wakeSignal } from '../../contract/names.js';

/** What holds the vessel, as far as proposals wait for its end. */
export interface Halts {
  /** What the stop is called that stands. */
  readonly stop: string | undefined;
  readonly pauses: readonly string[];
}

/** Lists learn of a change within seconds: so many looks after the end of a stop or a pause there may still be some that wait. */
const looksAfterwards = 10;

async function wake(client: Client, workflowId: string): Promise<void> {
  try {
    await client.workflow.getHandle(workflowId).signal(wakeSignal);
  } catch (error) {
    // It has ended meanwhile.
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

/**
 * A proposal that waits looks for no stop by itself (it may wait for days): it is woken, once for each stop, and finds it (spec K1); what is held back is
 * woken when that ends, so that people are asked at once. What a proposal believes is what the brain says: a wake says nothing.
 */
export function createWaking(client: Client, vessel: string): (halts: Halts) => Promise<void> {
  let known: string | undefined;
  let looksLeft = 0;
  const woken = new Set<string>();
  return async ({ stop, pauses }) => {
    const now = JSON.stringify([stop, pauses]);
    if (now !== known) {
      woken.clear();
      looksLeft = looksAfterwards;
    }
    known = now;
    if (stop === undefined && looksLeft <= 0) return;
    const state = stop === undefined ? 'suspended' : 'proposed';
    for await (const { workflowId } of client.workflow.list({ query: queryFor(vessel, { all: false, state }) })) {
      if (woken.has(workflowId)) continue;
      await wake(client, workflowId);
      woken.add(workflowId);
    }
    looksLeft -= 1;
  };
}
