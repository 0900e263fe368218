import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { CancellationScope, ParentClosePolicy, sleep, startChild, WorkflowIdReusePolicy } from '@temporalio/workflow';
import type { GlassOutcome, GlassReview } from '../../contract/glass-review.js';
import type { ProposalOutcome } from '../../contract/messages.js';
import { proposalLabels } from '../../contract/labels.js';
import { glassReviewId } from '../../contract/names.js';
import { proposalAttributes } from '../../contract/search-attributes.js';
import { unpackPlan } from '../../domain/action/packing.js';
import type { ProposalDocument } from '../../domain/action/proposal.schema.js';
import { summaryLine } from '../../domain/review/summary.js';
import type { SnakeKeys } from '../../domain/text/key-case.js';
import { snakeKeys } from '../../domain/text/key-case.js';
import type { FinalStatus } from '../../domain/action/status.js';
import { brain, recordAlways, untilRecorded } from '../recording.js';
import { answerLate } from './answering.js';
import type { Verdict } from './deciding.js';
import { awaitVerdict } from './deciding.js';
import { reasonMax, showEnd } from './ending.js';
import { moveTo } from './labels.js';
import { recordNotes } from './notes.js';
import { openProposal } from './opening.js';
import { continueDeadline, decidedAt, setQuestion } from './question.js';
import type { ProposalState } from './state.js';
import { markGlassReviewed } from './state.js';
import { showProgress } from './tally.js';

/**
 * Opens the review of what somebody started alone (spec A4). Its start is awaited, so that it outlives the proposal. Where a
 * stranger took the review's id before, nobody would be asked: then this says so, and nothing may be started.
 */
export async function openGlassReview(state: ProposalState, { decisions }: Verdict): Promise<'opened' | 'taken' | 'none'> {
  const broken = decisions.find(({ kind }) => kind === 'break_glass');
  const { identity, document, plan } = state;
  if (broken === undefined || plan === undefined || state.isGlassReviewed) return 'none';
  const opened = await untilRecorded(() => brain.openGlassReview({ identity, document, plan, by: broken.by, reason: broken.reason ?? '' }));
  if (opened.kind === 'refused') return 'taken';
  const { review } = opened;
  const deadline = new Date(Date.now() + review.reviewSeconds * 1_000);
  try {
    await startChild(glassReviewWorkflow, {
      workflowId: glassReviewId(identity.workflowId),
      args: [review],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
      typedSearchAttributes: proposalAttributes({ document, source: 'break_glass', deadline }),
      memo: proposalLabels(document).memo,
      staticSummary: summaryLine(document, 'review of '),
    });
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return 'taken';
    throw error;
  }
  markGlassReviewed(state);
  return 'opened';
}

function outcomeOf(kind: Verdict['kind']): { readonly outcome: GlassOutcome; readonly status: FinalStatus } {
  if (kind === 'approved') return { outcome: 'endorsed', status: 'completed' };
  // Silence, a flood and a cancellation review nothing.
  return kind === 'rejected' ? { outcome: 'condemned', status: 'rejected' } : { outcome: 'lapsed', status: 'expired' };
}

/**
 * The others look at what one of them started alone: `approve` endorses it, `reject` condemns it, and silence until the deadline is a lapse,
 * which the rules of the modes will read. Nothing runs here, and nothing is undone.
 */
export async function glassReviewWorkflow(review: GlassReview): Promise<SnakeKeys<ProposalOutcome>> {
  // What a stranger starts may be no review at all.
  const state = openProposal((review as GlassReview | null)?.document as ProposalDocument);
  return CancellationScope.nonCancellable(async () => {
    const { identity } = state;
    const begun = await recordAlways(() => brain.beginGlassReview({ identity, review }));
    if (begun.kind === 'refused') return outcomeIs(state, { status: 'rejected', reason: begun.why });
    setQuestion(state, { plan: unpackPlan(review.plan), digest: review.digest });
    continueDeadline(state, begun);
    moveTo(state, 'proposed', `${review.by} started it alone: ${review.reason}`);
    showProgress(state);
    const verdict = await awaitVerdict(state, () => Promise.resolve('it has been started already'));
    const by = verdict.decisions.map((decision) => decision.by).join(', ');
    await answerLate(state);
    await recordNotes(state);
    const { status, reason } = await recordOutcome(state, review, verdict);
    return outcomeIs(
      state,
      { status, reason },
      status === 'stale' || by === '' ? {} : { decidedBy: by, decidedAt: decidedAt(state, verdict.decisions) },
    );
  });
}

async function outcomeIs(
  state: ProposalState,
  { status, reason }: { readonly status: FinalStatus; readonly reason: string },
  decided: Pick<ProposalOutcome, 'decidedBy' | 'decidedAt'> = {},
): Promise<SnakeKeys<ProposalOutcome>> {
  await showEnd(state, { status, reason });
  return snakeKeys<ProposalOutcome>({
    proposalId: state.identity.workflowId,
    status,
    reason: reason.slice(0, reasonMax),
    ...decided,
    endedAt: new Date(Date.now()).toISOString(),
  });
}

/** `stale`: somebody started a review that nobody opened, or its decisions hold no longer, and the permanent log says nothing of it. */
async function recordOutcome(
  state: ProposalState,
  review: GlassReview,
  { kind, reason, decisions }: Verdict,
): Promise<{ readonly status: FinalStatus; readonly reason: string }> {
  const { outcome, status } = outcomeOf(kind);
  const { identity } = state;
  let recorded = await recordAlways(() => brain.recordGlassReview({ identity, review, outcome, decisions, reason }));
  // A flood makes nobody's silence: the others had until the deadline.
  while (recorded.kind === 'early') {
    await sleep(recorded.seconds * 1_000, { summary: 'until the review may lapse' });
    recorded = await recordAlways(() => brain.recordGlassReview({ identity, review, outcome, decisions, reason }));
  }
  if (recorded.kind === 'refused') return { status: 'stale', reason: recorded.why };
  if (outcome === 'endorsed') {
    moveTo(state, 'approved', reason);
    moveTo(state, 'executing', reason);
  }
  return { status, reason: `${outcome}: ${reason}` };
}
