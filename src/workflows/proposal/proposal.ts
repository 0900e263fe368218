import { allHandlersFinished, CancellationScope, condition } from '@temporalio/workflow';
import type { EndRequest, ReviewOutcome } from '../../contract/activities.js';
import type { ProposalOutcome } from '../../contract/messages.js';
import { glassReviewId } from '../../contract/names.js';
import { temporalCancel } from '../../domain/approval/decision.js';
import { unpackPlan } from '../../domain/action/packing.js';
import type { ProposalDocument } from '../../domain/action/proposal.schema.js';
import type { ExecutionResult } from '../../domain/action/result.js';
import type { CaseFile } from './state.js';
import { moveTo, openCaseFile, recordNotes, showState, showStrangersAttributes } from './state.js';
import { authorise, waitSuspended } from './authorising.js';
import type { Verdict } from './deciding.js';
import { answerLate, awaitVerdict, showProgress } from './deciding.js';
import type { Ending } from './ending.js';
import type { Resolution } from './attending.js';
import { isResolution } from './attending.js';
import type { Authorised } from './executing.js';
import { awaitResolution, probe, runAction } from './executing.js';
import type { Inbox } from './inbox.js';
import { openGlassReview } from './glass-review.js';
import { openInbox } from './inbox.js';
import { brain, untilRecorded } from '../recording.js';
import { preview, previewOnRequest } from './previewing.js';
import { rollBack } from './undoing.js';

/**
 * One proposal from review to its end (spec P2). Expected ends are return values, so *Failed* means a bug. The whole runs in a
 * non-cancellable scope: Temporal's own cancellation is one more message, judged like the others, so that every end is recorded.
 */
export async function proposalWorkflow(input: unknown, proof?: unknown): Promise<ProposalOutcome> {
  const inbox = openInbox();
  // What is not a proposal is refused by the review, and used for nothing before.
  const file = openCaseFile(input as ProposalDocument);
  CancellationScope.current().cancelRequested.catch(() => {
    inbox.deliver({ kind: 'cancel', by: temporalCancel });
  });
  return CancellationScope.nonCancellable(async () => {
    const ending = await live(file, inbox, proof);
    return close(file, inbox, ending);
  });
}

async function live(file: CaseFile, inbox: Inbox, proof: unknown): Promise<Ending> {
  const request = { identity: file.identity, document: file.document, ...(proof !== undefined && { proof }) };
  const review = await untilRecorded(() => brain.reviewProposal(request));
  if (review.kind === 'refused') {
    file.violations = review.violations;
    return { status: 'rejected', reason: review.violations.map(({ rule, message }) => `${rule}: ${message}`).join('; '), recorded: true };
  }
  const plan = unpackPlan(review.plan);
  takeReview(file, review);
  file.deadline = Date.now() + review.approvalSeconds * 1_000;
  showStrangersAttributes(file);
  if (review.preview !== undefined) await preview(file, inbox, review.preview, plan);
  file.plan ??= plan;
  file.digest ??= review.digest;
  for (let round = 0; ; round += 1) {
    moveTo(file, 'proposed', 'waits for a decision');
    // At first it is called that from its start.
    if (round > 0) showState(file);
    showProgress(file);
    const verdict = await awaitVerdict(file, inbox, (round) => previewOnRequest(file, inbox, round));
    file.decidedBy = verdict.decisions.map(({ by }) => by).join(', ');
    file.decidedAt = new Date(Date.now()).toISOString();
    file.verdicts += 1;
    if (verdict.decisions.length > 0 && verdict.decisions.every(({ key }) => key !== undefined)) file.assurance = 'signed';
    if (verdict.kind !== 'approved') return endUndecided(verdict, review.onTimeout);
    moveTo(file, 'approved', verdict.reason);
    const ending = await start(file, inbox, verdict);
    if (ending !== 'withdrawn') return ending;
    // What was withdrawn before the start is asked for again, until the deadline.
    delete file.decidedBy;
    delete file.decidedAt;
  }
}

function takeReview(file: CaseFile, review: Extract<ReviewOutcome, { kind: 'passed' }>): void {
  file.warnings = review.warnings;
  file.approvalsNeeded = review.approvalsNeeded ?? 1;
  if (review.escalateTo !== undefined) file.escalateTo = review.escalateTo;
  if (review.proposer !== undefined) file.proposer = review.proposer;
}

/** From the approval to the end; `withdrawn` where an approval was taken back before anything was started. */
async function start(file: CaseFile, inbox: Inbox, verdict: Verdict): Promise<Ending | 'withdrawn'> {
  for (let round = 0; ; round += 1) {
    const authorised = await authorise(file, inbox, verdict);
    if (authorised === 'withdrawn' || 'status' in authorised) return authorised;
    if ((await openGlassReview(file, verdict)) === 'taken')
      return {
        status: 'failed',
        reason: `${glassReviewId(file.identity.workflowId)} is taken, so nobody could review it: nothing was started`,
      };
    const ending = await execute(file, inbox, authorised);
    if (ending !== 'held_back') return ending;
    const ended = await waitSuspended(file, inbox, 'hands saw an emergency stop', round);
    if (ended !== undefined) return ended;
  }
}

function endUndecided({ kind, reason, decisions }: Verdict, onTimeout: 'expired' | 'rejected'): Ending {
  const consideredSeconds = decisions[0]?.consideredSeconds;
  if (kind === 'cancelled') return { status: 'cancelled', reason };
  if (kind === 'expired') return { status: onTimeout, reason, timedOut: true };
  return { status: 'rejected', reason, ...(consideredSeconds !== undefined && { consideredSeconds }) };
}

/** `held_back`: hands saw an emergency stop before anything was claimed, so the permit is asked for again, after a while. */
async function execute(file: CaseFile, inbox: Inbox, authorised: Authorised): Promise<Ending | 'held_back'> {
  moveTo(file, 'executing', `on ${authorised.host}`);
  showState(file);
  const result = await runAction(file, inbox, authorised);
  if (result.state === 'not_started' && result.code === 'EMERGENCY_STOP') return 'held_back';
  if ('steps' in result) file.results = result.steps;
  return judge(file, inbox, authorised, result);
}

async function judge(file: CaseFile, inbox: Inbox, authorised: Authorised, result: ExecutionResult | Resolution): Promise<Ending> {
  switch (result.state) {
    case 'resolved':
      return endResolved(result);
    case 'dry_run':
      file.commandLines = result.commandLines;
      return { status: 'cancelled', reason: 'dry run: nothing was started', dryRun: true };
    case 'not_started':
      return { status: result.code === 'PERMIT_EXPIRED' ? 'expired' : 'failed', reason: `nothing was started: ${result.why}` };
    case 'other_effect':
      await record(file, authorised, result);
      return { status: 'stale', reason: result.why };
    case 'interrupted':
      return settleInterrupted(file, inbox, authorised, result);
    case 'cancelled':
    case 'finished':
      return judgeFacts(file, inbox, authorised, result);
  }
}

type Run = Extract<ExecutionResult, { state: 'finished' | 'cancelled' | 'interrupted' | 'other_effect' }>;

async function record(file: CaseFile, { plan }: Authorised, result: Run) {
  return untilRecorded(() =>
    brain.recordResult({
      identity: file.identity,
      document: file.document,
      digest: file.digest ?? '',
      plan,
      result,
      decidedBy: file.decidedBy ?? '',
    }),
  );
}

function endResolved({ outcome, by, reason }: Resolution): Ending {
  return { status: outcome, reason: `resolved by ${by}: ${reason}` };
}

async function judgeFacts(file: CaseFile, inbox: Inbox, authorised: Authorised, result: Run): Promise<Ending> {
  const { ok, problems } = await record(file, authorised, result);
  if (ok) return { status: 'completed', reason: 'every check passed', recorded: true };
  const startedSteps = 'startedSteps' in result ? result.startedSteps : result.steps.length;
  const undone = await undo(file, inbox, authorised, startedSteps, problems.join('; '));
  return undone ?? { status: result.state === 'cancelled' ? 'cancelled' : 'failed', reason: problems.join('; ') };
}

/** The worker died between start and result: probe, then rollback, then a human; never a second run (spec X5). */
async function settleInterrupted(
  file: CaseFile,
  inbox: Inbox,
  authorised: Authorised,
  result: Run & { state: 'interrupted' },
): Promise<Ending> {
  await record(file, authorised, result);
  // The ledger knows a step before its process exists: none was started, and none ever will be.
  if (result.startedSteps === 0)
    return { status: 'failed', reason: `interrupted on ${result.host} before its first step: nothing was started` };
  const found = authorised.plan.probe === undefined ? undefined : await probe(file, inbox, authorised);
  if (isResolution(found)) return endResolved(found);
  if (found?.verdict === 'happened') return { status: 'completed', reason: 'interrupted; its probe says that it happened' };
  if (found?.verdict === 'did_not_happen') {
    // The step in flight did not happen; those before it did.
    const why = 'interrupted; its probe says that it did not happen';
    return (await undo(file, inbox, authorised, result.startedSteps - 1, why)) ?? { status: 'failed', reason: why };
  }
  const undone = await undo(file, inbox, authorised, result.startedSteps, `interrupted on ${result.host}`);
  if (undone !== undefined) return undone;
  const resolution = await awaitResolution(file, inbox, `interrupted on ${result.host}; nothing tells whether it happened: ubos resolve`);
  return judge(file, inbox, authorised, resolution);
}

async function undo(file: CaseFile, inbox: Inbox, authorised: Authorised, startedSteps: number, why: string): Promise<Ending | undefined> {
  const undoing = await rollBack(file, inbox, authorised, startedSteps);
  if (undoing === undefined) return undefined;
  if (isResolution(undoing)) return endResolved(undoing);
  return undoing.ok
    ? { status: 'rolled_back', reason: why, undoing }
    : { status: 'rollback_failed', reason: `${why}; rollback: ${file.rollbacks.at(-1)?.summary ?? ''}`, undoing };
}

async function close(file: CaseFile, inbox: Inbox, ending: Ending): Promise<ProposalOutcome> {
  await answerLate(file, inbox);
  await recordNotes(file);
  if (ending.recorded !== true) await untilRecorded(() => brain.recordEnd(endRequest(file, ending)));
  delete file.deadline;
  moveTo(file, ending.status, ending.reason);
  showState(file);
  // Whoever asked with the update `decide` gets an answer before the run is gone.
  await answerLate(file, inbox);
  await condition(allHandlersFinished);
  return {
    proposal_id: file.identity.workflowId,
    status: ending.status,
    reason: ending.reason.slice(0, 2_000),
    ...(file.decidedBy !== undefined && { decided_by: file.decidedBy }),
    ...(file.decidedAt !== undefined && { decided_at: file.decidedAt }),
    ended_at: new Date(Date.now()).toISOString(),
    ...(file.results.length > 0 && { exit_code: file.results.at(-1)?.exitCode ?? null }),
  };
}

function endRequest(file: CaseFile, ending: Ending): EndRequest {
  return {
    identity: file.identity,
    document: file.document,
    status: ending.status,
    reason: ending.reason.slice(0, 2_000),
    ...(file.digest !== undefined && { digest: file.digest }),
    ...(file.decidedBy !== undefined && { decidedBy: file.decidedBy }),
    ...(file.decidedAt !== undefined && { decidedAt: file.decidedAt }),
    ...(file.assurance !== undefined && { assurance: file.assurance }),
    ...(ending.consideredSeconds !== undefined && { consideredSeconds: ending.consideredSeconds }),
    ...(ending.timedOut === true && { timedOut: true }),
    ...(ending.dryRun === true && { dryRun: true }),
    ...(ending.undoing && file.plan && { plan: file.plan, rollbacks: ending.undoing.steps }),
  };
}
