import type { Client } from '@temporalio/client';
import { WorkflowIdConflictPolicy } from '@temporalio/client';
import { queues, vesselWorkflowId, wakeSignal, workflowTypes } from '../../contract/names.js';

/**
 * The workflow that hears what people order of the vessel, where none runs: also after somebody terminated it. It looks at the mode at once: until it
 * has, the brain that was just started takes it for alpha.
 */
export async function ensureVesselWorkflow(client: Client, vessel: string): Promise<void> {
  await client.workflow.signalWithStart(workflowTypes.vessel, {
    signal: wakeSignal,
    signalArgs: [],
    workflowId: vesselWorkflowId(vessel),
    taskQueue: queues.brain(vessel),
    args: [],
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    staticSummary: 'Hears what people order of the vessel',
  });
}
