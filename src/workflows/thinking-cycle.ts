import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ParentClosePolicy, proxyActivities, startChild, workflowInfo, WorkflowIdReusePolicy } from '@temporalio/workflow';
import type { CycleReport, MindActivities, PlannedProposal } from '../contract/cycle.js';
import { queues } from '../contract/names.js';
import { proposalLabels } from '../contract/labels.js';
import { proposalAttributes } from '../contract/search-attributes.js';
import { brain, recordAlways } from './recording.js';
import { proposalWorkflow } from './proposal/proposal.js';

export interface ThinkingCycleInput {
  readonly vessel: string;
}

/** One thought (spec T1, T2): look, match playbooks, propose each match as a child that outlives the cycle, write down what was thought. */
export async function thinkingCycleWorkflow({ vessel }: ThinkingCycleInput): Promise<CycleReport> {
  const { planCycle } = proxyActivities<MindActivities>({
    taskQueue: queues.mind(vessel),
    startToCloseTimeout: '30 seconds',
    scheduleToCloseTimeout: '5 minutes',
    retry: { initialInterval: '1 second', maximumAttempts: 3 },
    summary: 'collect metrics, missions and playbooks',
  });
  const plan = await planCycle();
  const started: string[] = [];
  const duplicates: string[] = [];
  for (const proposal of plan.proposals) {
    const isNew = await startProposal(proposal);
    (isNew ? started : duplicates).push(proposal.document.proposal_id);
  }
  const { workflowId, runId } = workflowInfo();
  const report: CycleReport = {
    started,
    duplicates,
    skipped: plan.skipped,
    metrics: plan.metrics,
    ...(plan.idle !== undefined && { idle: plan.idle }),
  };
  await recordAlways(() => brain.recordCycle({ workflowId, runId, report }));
  return report;
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
