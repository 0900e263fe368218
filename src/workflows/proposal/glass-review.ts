import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  allHandlersFinished,
  CancellationScope,
  condition,
  ParentClosePolicy,
  startChild,
  WorkflowIdReusePolicy,
} from '@temporalio/workflow';
import type { GlassReview } from '../../contract/activities.js';
import type { ProposalOutcome } from '../../contract/messages.js';
import { glassReviewId } from '../../contract/names.js';
import { proposalAttributes } from '../../contract/search-attributes.js';
import { temporalCancel } from '../../domain/approval/decision.js';
import { unpackPlan } from '../../domain/action/packing.js';
import { summaryLine } from '../../domain/review/review-markdown.js';
import type { FinalStatus } from '../../domain/action/status.js';
import type { CaseFile } from './state.js';
import { moveTo, openCaseFile, recordNotes, showState } from './state.js';
import type { Verdict } from './deciding.js';
import { answerLate, awaitVerdict, showProgress } from './deciding.js';
import type { Inbox } from './inbox.js';
import { openInbox } from './inbox.js';
import { brain, recordAlways, untilRecorded } from '../recording.js';

type Judged = 'endorsed' | 'condemned' | 'lapsed';

/**
 * Opens the review of what somebody started on their word alone (spec A4). Its start is awaited, so that it outlives the proposal. Where a
 * stranger took the review's id before, nobody would be asked: then this says so, and nothing may be started.
 */
export async function openGlassReview(file: CaseFile, { decisions }: Verdict): Promise<'opened' | 'taken' | 'none'> {
  const broken = decisions.find(({ kind }) => kind === 'break_glass');
  const { identity, document, plan } = file;
  if (broken === undefined || plan === undefined || file.glassReviewed) return 'none';
  const { review } = await untilRecorded(() =>
    brain.openGlassReview({ identity, document, plan, by: broken.by, reason: broken.reason ?? '' }),
  );
  const deadline = new Date(Date.now() + review.reviewSeconds * 1_000);
  try {
    await startChild(glassReviewWorkflow, {
      workflowId: glassReviewId(identity.workflowId),
      args: [review],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
      typedSearchAttributes: proposalAttributes({ document, source: 'break_glass', deadline }),
      staticSummary: summaryLine(document, 'review of '),
    });
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return 'taken';
    throw error;
  }
  file.glassReviewed = true;
  return 'opened';
}

function judgementOf({ kind }: Verdict): { readonly judged: Judged; readonly status: FinalStatus } {
  if (kind === 'approved') return { judged: 'endorsed', status: 'completed' };
  // Silence, a flood and a cancellation are no review.
  return kind === 'rejected' ? { judged: 'condemned', status: 'rejected' } : { judged: 'lapsed', status: 'expired' };
}

/** Somebody started a review that nobody opened, or its words hold no longer: the permanent log says nothing of it. */
async function endUnrecorded(file: CaseFile, inbox: Inbox, why: string): Promise<ProposalOutcome> {
  moveTo(file, 'stale', why);
  showState(file);
  await answerLate(file, inbox);
  await condition(allHandlersFinished);
  return {
    proposal_id: file.identity.workflowId,
    status: 'stale',
    reason: why.slice(0, 2_000),
    ended_at: new Date(Date.now()).toISOString(),
  };
}

/**
 * The others look at what one of them started alone: `approve` endorses it, `reject` condemns it, and silence until the deadline is a lapse,
 * which the rules of the modes will read. Nothing runs here, and nothing is undone.
 */
export async function glassReviewWorkflow(review: GlassReview): Promise<ProposalOutcome> {
  const inbox = openInbox();
  const file = openCaseFile(review.document);
  CancellationScope.current().cancelRequested.catch(() => inbox.deliver({ kind: 'cancel', by: temporalCancel }));
  return CancellationScope.nonCancellable(async () => {
    file.plan = unpackPlan(review.plan);
    file.digest = review.digest;
    file.deadline = Date.now() + review.reviewSeconds * 1_000;
    moveTo(file, 'proposed', `${review.by} started it alone: ${review.reason}`);
    showProgress(file);
    const verdict = await awaitVerdict(file, inbox, () => Promise.resolve('it has been started already'));
    const { judged, status } = judgementOf(verdict);
    const by = verdict.decisions.map((decision) => decision.by).join(', ');
    const decidedAt = new Date(Date.now()).toISOString();
    await answerLate(file, inbox);
    await recordNotes(file);
    const { identity } = file;
    const recorded = await recordAlways(() =>
      brain.recordGlassReview({ identity, review, judged, decisions: verdict.decisions, reason: verdict.reason }),
    );
    delete file.deadline;
    if (recorded.kind === 'refused') return endUnrecorded(file, inbox, recorded.why);
    if (judged === 'endorsed') {
      moveTo(file, 'approved', verdict.reason);
      moveTo(file, 'executing', verdict.reason);
    }
    moveTo(file, status, `${judged}: ${verdict.reason}`);
    showState(file);
    await answerLate(file, inbox);
    await condition(allHandlersFinished);
    return {
      proposal_id: file.identity.workflowId,
      status,
      reason: `${judged}: ${verdict.reason}`.slice(0, 2_000),
      ...(by !== '' && { decided_by: by, decided_at: decidedAt }),
      ended_at: new Date(Date.now()).toISOString(),
    };
  });
}
