import type { Client } from '@temporalio/client';
import type { CycleReport } from '../contract/activities.js';
import { queues, workflowTypes } from '../contract/names.js';
import { JanusError } from '../domain/errors.js';

/** The report of the first thinking cycle started at or after `since`. Throws TIMEOUT after a minute. */
export async function waitForCycle(client: Client, vessel: string, since: Date): Promise<CycleReport> {
  // Visibility follows the start by a moment, and the server's clock is not ours.
  const earliest = new Date(since.getTime() - 2_000).toISOString();
  const query = `WorkflowType = '${workflowTypes.thinkingCycle}' AND TaskQueue = '${queues.brain(vessel)}' AND StartTime >= '${earliest}'`;
  for (const end = Date.now() + 60_000; Date.now() < end;) {
    for await (const { workflowId, runId } of client.workflow.list({ query, pageSize: 1 })) {
      return (await client.workflow.getHandle(workflowId, runId).result()) as CycleReport;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new JanusError('TIMEOUT', 'no thinking cycle was started within a minute', { next: 'is a worker running? ubos status' });
}
