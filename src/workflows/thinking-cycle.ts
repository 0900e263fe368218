import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ParentClosePolicy, proxyActivities, startChild, WorkflowIdReusePolicy } from '@temporalio/workflow';
import type { ScheduledInput } from '../contract/activities.js';
import type { CycleReport, MindActivities, PlannedProposal } from '../contract/cycle.js';
import { queues } from '../contract/names.js';
import { proposalLabels } from '../contract/labels.js';
import { proposalAttributes } from '../contract/search-attributes.js';
import { ownIdentity } from './identity.js';
import { brain, recordAlways } from './recording.js';
import { proposalWorkflow } from './proposal/proposal.js';

/**
 * One thought (spec T1, T2): look, match playbooks, propose each match as a child that outlives the cycle, write down what was thought. Whoever
 * reaches the server can start one, too: that one does nothing.
 */
export async function thinkingCycleWorkflow(input: ScheduledInput): Promise<CycleReport> {
  const identity = ownIdentity();
  const none = { started: [], duplicates: [], skipped: [], metrics: {} };
  if (!(await brain.isScheduled({ type: 'thinkingCycle', identity, input })))
    return { ...none, unrecorded: 'no Schedule of this vessel started it' };
  const { planCycle } = proxyActivities<MindActivities>({
    taskQueue: queues.mind(input.vessel),
    startToCloseTimeout: '30 seconds',
    scheduleToCloseTimeout: '5 minutes',
    retry: { initialInterval: '1 second', maximumAttempts: 3 },
    summary: 'collect metrics, missions and playbooks',
  });
  const { workflowId, firstRunId } = identity;
  const cycle = await planCycle({ run: { workflowId, firstRunId } });
  const { plan } = cycle;
  const started: string[] = [];
  const duplicates: string[] = [];
  for (const proposal of plan.proposals) {
    const isNew = await startProposal(proposal);
    (isNew ? started : duplicates).push(proposal.document.proposal_id);
  }
  const recorded = await recordAlways(() => brain.recordCycle({ identity, input, cycle, started }));
  return {
    started,
    duplicates,
    skipped: plan.skipped,
    metrics: plan.metrics,
    ...(plan.unmatched !== undefined && { unmatched: plan.unmatched }),
    ...(plan.idle !== undefined && { idle: plan.idle }),
    ...(recorded.kind === 'refused' && { unrecorded: recorded.why }),
  };
}

/** True when it is new. The server refuses a second child of the same id: the same proposal, proposed again by a retried cycle. */
async function startProposal({ document, proof, approvalSeconds, actionKey }: PlannedProposal): Promise<boolean> {
  const deadline = new Date(Date.now() + approvalSeconds * 1_000);
  try {
    // Its start is awaited: a child that nobody waited for may never exist after its parent's end.
    await startChild(proposalWorkflow, {
      workflowId: document.proposal_id,
      args: proof === undefined ? [document] : [document, proof],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
      typedSearchAttributes: proposalAttributes({ document, source: 'thinking_cycle', actionKey, deadline }),
      ...proposalLabels(document),
    });
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}
