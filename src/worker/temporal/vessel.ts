import type { Client } from '@temporalio/client';
import { WorkflowIdConflictPolicy } from '@temporalio/client';
import { queues, vesselWorkflowId, workflowTypes } from '../../contract/names.js';

/** The workflow that hears what people order of the vessel, where none runs: also after somebody terminated it. */
export async function ensureVesselWorkflow(client: Client, vessel: string): Promise<void> {
  await client.workflow.start(workflowTypes.vessel, {
    workflowId: vesselWorkflowId(vessel),
    taskQueue: queues.brain(vessel),
    args: [],
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    staticSummary: 'Hears what people order of the vessel',
  });
}
