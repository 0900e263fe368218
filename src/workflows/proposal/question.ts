import type { CountedDecision, ReviewOutcome } from '../../contract/activities.js';
import type { GlassReviewBegun } from '../../contract/glass-review.js';
import type { ExecutionPlan } from '../../domain/action/plan.js';
import { saidAt, wordOf } from '../../domain/approval/word.js';
import type { Changing, ProposalState } from './state.js';

/** What people are asked about. */
export interface Question {
  readonly plan: ExecutionPlan;
  readonly digest: string;
}

/** Throws where there is nothing to ask about yet. */
export function questionOf({ plan, digest, status }: ProposalState): Question {
  if (plan === undefined || digest === undefined) throw new TypeError(`a proposal that is ${status} has no plan yet`);
  return { plan, digest };
}

/** What is told while people are asked: what they are asked about, and until when. Throws where there is nothing to ask about yet. */
export function stillWaiting(state: ProposalState) {
  const { digest } = questionOf(state);
  return { status: 'proposed', digest, deadline: new Date(state.deadline ?? Date.now()).toISOString() } as const;
}

/** What people are asked from now on. */
export function setQuestion(state: Changing, { plan, digest }: Question): void {
  state.plan = plan;
  state.digest = digest;
}

export function takeReview(state: Changing, review: Extract<ReviewOutcome, { kind: 'passed' }>): void {
  state.warnings = review.warnings;
  state.proposer = review.proposer;
  state.source = review.source ?? state.source;
  state.actionKey = review.actionKey;
  state.mode = review.mode ?? 'alpha';
  setDeadline(state, review.approvalSeconds);
}

export function setDeadline(state: Changing, secondsFromNow: number): void {
  state.deadline = Date.now() + secondsFromNow * 1_000;
}

/** As the trail has it, of this run or of one before. */
export function continueDeadline(state: Changing, { secondsLeft, extension }: GlassReviewBegun): void {
  setDeadline(state, secondsLeft);
  state.extension = extension;
  state.source = 'break_glass';
}

/** When it may go on, where the rate of its type holds it back. */
export function setTurn(state: Changing, turn: number | undefined): void {
  state.turn = turn;
}

export function dropDeadline(state: Changing): void {
  state.deadline = undefined;
}

export function moveDeadline(state: Changing, seconds: number): { readonly deadline: number; readonly count: number } {
  const { extension, deadline = Date.now() } = state;
  state.extension = { seconds: extension.seconds + seconds, count: extension.count + 1 };
  state.deadline = deadline + seconds * 1_000;
  return { deadline: state.deadline, count: state.extension.count };
}

export function beginAsking(state: Changing): void {
  if (state.askedAt !== undefined) return;
  state.askedAt = Date.now();
  askModeAfterWindow(state);
}

/** People have all of the time to object to what they are asked now. */
export function askModeAfterWindow(state: Changing): void {
  const grant = state.plan?.approval.grant;
  state.grantAt = grant === undefined ? undefined : Date.now() + grant.vetoSeconds * 1_000;
}

/** It is the mode's turn to consent: it is asked once. */
export function takeGrant(state: Changing): void {
  state.grantAt = undefined;
  state.isByMode = true;
}

/** No mode consents, or not yet: until then (milliseconds), or for good, people are waited for. */
export function dropGrant(state: Changing, until: number | undefined): void {
  state.grantAt = until;
  state.verdicts -= 1;
}

/** What the mode has consented to; no person decided it. */
export function setDecidedByMode(state: Changing, { by, at }: { readonly by: string; readonly at: string }): void {
  state.decidedBy = by;
  state.decidedAt = at;
}

export function setNeeds(state: Changing, needs: string, listed: string): void {
  state.needs = needs;
  state.needsListed = listed;
}

export function noteReminder(state: Changing, name: string): void {
  state.reminded = [...state.reminded, name];
}

export function escalate(state: Changing): void {
  state.isEscalated = true;
}

export function useNonce(state: Changing, nonce: string): void {
  state.usedNonces = [...state.usedNonces, nonce];
}

export function countDecision(state: Changing, decision: CountedDecision): void {
  state.counted = [...state.counted, decision];
}

/** Another question: what was said about the old one no longer counts. */
export function forgetCounted(state: Changing): void {
  state.counted = [];
}

export function countPreview(state: Changing): number {
  return (state.previews += 1);
}

/** When the last of these words was said: not when a worker came back and read it. */
export function decidedAt({ askedAt = 0 }: ProposalState, decisions: readonly CountedDecision[]): string {
  const now = Date.now();
  return new Date(Math.max(...decisions.map((decision) => saidAt(decision, { askedAt, now })))).toISOString();
}

export function takeVerdict(state: Changing, decisions: readonly CountedDecision[]): void {
  if (decisions.length > 0) {
    state.decidedBy = decisions.map(({ by }) => by).join(', ');
    state.decidedAt = decidedAt(state, decisions);
  }
  state.verdicts += 1;
  state.decidingNonce = decisions.length === 1 && decisions[0] !== undefined ? wordOf(decisions[0]).nonce : undefined;
  state.isSigned = decisions.length > 0 && decisions.every(({ key }) => key !== undefined);
}

/** What was decided has been taken back: people are asked again. */
export function dropVerdict(state: Changing): void {
  state.decidedBy = undefined;
  state.decidedAt = undefined;
  state.decidingNonce = undefined;
  state.isByMode = false;
}

/** Somebody ended what others had approved. */
export function setDecider(state: Changing, decision: CountedDecision): void {
  state.decidedBy = decision.by;
  state.decidedAt = decidedAt(state, [decision]);
  state.decidingNonce = wordOf(decision).nonce;
}
