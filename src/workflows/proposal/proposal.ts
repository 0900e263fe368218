import { CancellationScope, workflowInfo } from '@temporalio/workflow';
import type { ProposalOutcome } from '../../contract/messages.js';
import { glassReviewId } from '../../contract/names.js';
import { searchAttributes } from '../../contract/search-attributes.js';
import { unpackPlan } from '../../domain/action/packing.js';
import type { ProposalDocument } from '../../domain/action/proposal.schema.js';
import type { SnakeKeys } from '../../domain/text/key-case.js';
import { brain, untilRecorded } from '../recording.js';
import { authorise, lookForStop, waitSuspended } from './authorising.js';
import type { Verdict } from './deciding.js';
import { awaitVerdict } from './deciding.js';
import type { Ending } from './ending.js';
import { end } from './ending.js';
import type { Authorised } from './executing.js';
import { runAction } from './executing.js';
import { openGlassReview } from './glass-review.js';
import { moveTo, showStatus } from './labels.js';
import { openProposal } from './opening.js';
import { preview, previewOnRequest } from './preview.js';
import { dropVerdict, setQuestion, takeReview, takeVerdict } from './question.js';
import { endResolved, settle } from './settling.js';
import type { ProposalState } from './state.js';
import { takeResults, takeViolations } from './state.js';
import { showProgress, stillStands, takeDecision } from './tally.js';

/**
 * One proposal from review to its end (spec P2). Expected ends are return values, so *Failed* means a bug. The whole runs in a
 * non-cancellable scope: Temporal's own cancellation is one more message, judged like the others, so that every end is recorded.
 */
export async function proposalWorkflow(input: unknown, proof?: unknown): Promise<SnakeKeys<ProposalOutcome>> {
  // What is not a proposal is refused by the review, and used for nothing before.
  const state = openProposal(input as ProposalDocument);
  return CancellationScope.nonCancellable(async () => end(state, await live(state, proof)));
}

async function live(state: ProposalState, proof: unknown): Promise<Ending> {
  const { identity, document } = state;
  const actionKey = workflowInfo().typedSearchAttributes.get(searchAttributes.actionKey);
  const request = { identity, document, ...(proof !== undefined && { proof }), ...(actionKey !== undefined && { actionKey }) };
  const review = await untilRecorded(() => brain.reviewProposal(request));
  if (review.kind === 'refused') {
    takeViolations(state, review.violations);
    return { status: 'rejected', reason: review.violations.map(({ rule, message }) => `${rule}: ${message}`).join('; '), recorded: true };
  }
  takeReview(state, review);
  const plan = unpackPlan(review.plan);
  if (review.preview !== undefined) await preview(state, review.preview, plan);
  if (state.plan === undefined) setQuestion(state, { plan, digest: review.digest });
  for (;;) {
    moveTo(state, 'proposed', 'waits for a decision');
    showProgress(state);
    const verdict = await awaitVerdict(state, (request) => previewOnRequest(state, request), lookForStop);
    if (verdict.kind === 'stopped') {
      const ended = await waitSuspended(state, verdict.why);
      if (ended !== 'asked_again') return ended;
      continue;
    }
    takeVerdict(state, verdict.decisions);
    if (verdict.kind !== 'approved') return endUndecided(verdict, review.onTimeout);
    moveTo(state, 'approved', verdict.reason);
    const ending = await start(state, verdict);
    if (ending !== 'asked_again') return ending;
    // What was withdrawn, or held back by an emergency stop, is asked for again, until the deadline.
    dropVerdict(state);
  }
}

function endUndecided({ kind, reason, decisions }: Verdict, onTimeout: 'expired' | 'rejected'): Ending {
  const consideredSeconds = decisions[0]?.consideredSeconds;
  if (kind === 'cancelled') return { status: 'cancelled', reason };
  if (kind === 'expired') return { status: onTimeout, reason, timedOut: true };
  return { status: 'rejected', reason, ...(consideredSeconds !== undefined && { consideredSeconds }) };
}

/** From the approval to the end; `asked_again` where what was approved no longer stands before anything was started. */
async function start(state: ProposalState, verdict: Verdict): Promise<Ending | 'asked_again'> {
  for (;;) {
    const authorised = await authorise(state, verdict);
    if (authorised === 'asked_again' || 'status' in authorised) return authorised;
    if ((await openGlassReview(state, verdict)) === 'taken') {
      const reviewId = glassReviewId(state.identity.workflowId);
      return { status: 'failed', reason: `${reviewId} is taken, so nobody could review it: nothing was started` };
    }
    const ending = await execute(state, authorised);
    if (ending === 'held_back') return waitSuspended(state, 'hands saw an emergency stop');
    if (ending !== 'taken_back') return ending;
    // Where enough others stand for it, it is permitted anew.
    if (!stillStands(state)) return 'asked_again';
  }
}

/** `held_back`: hands saw an emergency stop before anything was claimed; `taken_back`: an approval was withdrawn before that. */
async function execute(state: ProposalState, authorised: Authorised): Promise<Ending | 'held_back' | 'taken_back'> {
  moveTo(state, 'executing', `on ${authorised.host}`);
  showStatus(state);
  const run = await runAction(state, authorised);
  if (run.state === 'resolved') return endResolved(run);
  if (run.state === 'taken_back') {
    const { kind, by, reason } = run.decision;
    if (kind === 'reject') return { status: 'rejected', reason: reason ?? `rejected by ${by} before it was started` };
    takeDecision(state, run.decision);
    return 'taken_back';
  }
  const { result } = run;
  if (result.state === 'not_started' && result.code === 'EMERGENCY_STOP') return 'held_back';
  if ('steps' in result) takeResults(state, result.steps);
  return settle(state, authorised, run);
}
