import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ParentClosePolicy, proxyActivities, startChild, WorkflowIdReusePolicy } from '@temporalio/workflow';
import type { RunIdentity, ScheduledInput } from '../contract/activities.js';
import type { CycleReport, MindActivities, PlannedProposal } from '../contract/cycle.js';
import { queues } from '../contract/names.js';
import { proposalLabels } from '../contract/labels.js';
import { proposalAttributes } from '../contract/search-attributes.js';
import { ownIdentity } from './identity.js';
import { lookUp } from './thinking-lookups.js';
import { askTheModel } from './thinking-model.js';
import { brain, recordAlways, thinking } from './recording.js';
import { proposalWorkflow } from './proposal/proposal.js';

/**
 * One thought (spec T1, T2): look, match playbooks, propose each match as a child that outlives the cycle; then ask the model, whatever becomes of
 * it; write down what was thought. Whoever reaches the server can start one, too: that one does nothing. A dry run starts nothing and writes no line
 * but of what the model cost.
 */
export async function thinkingCycleWorkflow(input: ScheduledInput): Promise<CycleReport> {
  const identity = ownIdentity();
  // It may have been told anything, or nothing.
  const isDryRun = (input as ScheduledInput | null)?.dryRun === true;
  if (!(await brain.isScheduled({ type: isDryRun ? 'rehearsal' : 'thinkingCycle', identity, input })))
    return { started: [], duplicates: [], skipped: [], metrics: {}, unrecorded: 'no Schedule of this vessel started it' };
  const run = runOf(identity);
  const looked = await mindOf(input, 'collect metrics, missions and what happened lately').gather({ run });
  const plan = await mindOf(input, 'match playbooks').matchPlaybooks({ run, gathered: looked });
  const children = newChildren(isDryRun);
  await children.start(plan.found.proposals);
  // After the playbooks, which read nothing of others.
  const { gathered, lookups } = await lookUp({ identity, input, gathered: looked });
  const thought = gathered.found.idle === undefined ? await askTheModel({ identity, input, gathered, plan }) : { verified: [] };
  const { verified, outcome: model } = thought;
  for (const { found } of verified) await children.start(found.proposals);
  const { started, duplicates } = children;
  const record = () => thinking.recordCycle({ identity, input, gathered, plan, verified, started, ...(model && { model }) });
  const recorded = isDryRun ? undefined : await recordAlways(record);
  const dropped = verified.flatMap(({ found }) => found.dropped);
  const { skipped, unmatched } = plan.found;
  const idle = gathered.found.idle ?? plan.found.idle;
  const documents = [plan, ...verified].flatMap(({ found }) => found.proposals.map(({ document }) => document));
  return {
    ...{ started, duplicates, skipped, metrics: gathered.found.metrics },
    ...(unmatched !== undefined && { unmatched }),
    ...(idle !== undefined && { idle }),
    ...(model !== undefined && { model }),
    ...(dropped.length > 0 && { dropped }),
    ...(lookups.length > 0 && { lookups }),
    ...(gathered.found.reached.length > 0 && { reached: gathered.found.reached }),
    ...(isDryRun && { rehearsed: { context: gathered.found.context, documents } }),
    ...(recorded?.kind === 'refused' && { unrecorded: recorded.why }),
  };
}

const runOf = ({ workflowId, firstRunId }: RunIdentity) => ({ workflowId, firstRunId });

const mindOf = ({ vessel }: ScheduledInput, summary: string) =>
  proxyActivities<Pick<MindActivities, 'gather' | 'matchPlaybooks'>>({
    taskQueue: queues.mind(vessel),
    startToCloseTimeout: '30 seconds',
    scheduleToCloseTimeout: '5 minutes',
    retry: { initialInterval: '1 second', maximumAttempts: 3 },
    summary,
  });

/** Those that this cycle started, and those that were there already. */
function newChildren(isDryRun: boolean) {
  const started: string[] = [];
  const duplicates: string[] = [];
  return {
    started,
    duplicates,
    async start(proposals: readonly PlannedProposal[]) {
      if (isDryRun) return;
      for (const proposal of proposals) {
        const isNew = await startProposal(proposal);
        (isNew ? started : duplicates).push(proposal.document.proposal_id);
      }
    },
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
