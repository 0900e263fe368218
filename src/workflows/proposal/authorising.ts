import type { CountedDecision } from '../../contract/activities.js';
import type { Authorisation } from '../../contract/authorisation.js';
import type { StartRequest } from '../../contract/hands.js';
import { trailEvent } from '../../domain/trail/events.js';
import { packPlan } from '../../domain/action/packing.js';
import type { SignedPermit } from '../../domain/action/permit.js';
import type { ExecutionPlan } from '../../domain/action/plan.js';
import { brain, untilRecorded } from '../recording.js';
import type { Verdict } from './deciding.js';
import { asItStands } from './deciding.js';
import type { Ending } from './ending.js';
import type { Authorised } from './executing.js';
import { waitHeld } from './holding.js';
import { moveTo, showStatus } from './labels.js';
import { askModeAfterWindow, dropGrant, forgetCounted, questionOf, setDecidedByMode, setTurn } from './question.js';
import type { ProposalState } from './state.js';
import { countAuthorisation, countSuspension, noteEvent, takeViolations } from './state.js';

/** Clocks differ: a mode whose turn has not come yet is not asked in each moment. */
const againMilliseconds = 10_000;

type Held = Extract<Authorisation, { readonly kind: 'limited' | 'paused' }>;

/**
 * Asks for the start permit: signatures, today's rules, emergency stop, digest, pause and rates are looked at once more (spec P5). Under an emergency
 * stop the proposal is suspended, and asked about again when that is lifted; what a pause or the rate of its type holds back stays approved, and waits.
 */
export async function authorise(state: ProposalState, verdict: Verdict): Promise<Authorised | Ending | 'asked_again'> {
  for (let round = 0; ; round += 1) {
    const { plan } = questionOf(state);
    const { decisions } = asItStands(state, verdict);
    const answer = await askForPermit(state, decisions);
    if (answer.kind === 'needs_people') {
      dropGrant(state, answer.until === undefined ? undefined : Math.max(Date.parse(answer.until), Date.now() + againMilliseconds));
      return 'asked_again';
    }
    if (answer.kind === 'authorised' && answer.byMode !== undefined) setDecidedByMode(state, answer.byMode);
    if (answer.kind === 'authorised')
      return { host: answer.host, permitSeconds: answer.permitSeconds, plan, start: startRequest(answer.permit, plan, decisions) };
    if (answer.kind === 'suspended') return waitSuspended(state, answer.why);
    if (answer.kind === 'stale') {
      takeViolations(state, answer.violations);
      return { status: 'stale', reason: answer.violations.map(({ rule, message }) => `${rule}: ${message}`).join('; ') };
    }
    const ended = await (answer.kind === 'limited' ? waitForTurn(state, answer) : waitPaused(state, answer, round));
    if (ended !== undefined) return ended;
  }
}

function askForPermit(state: ProposalState, decisions: readonly CountedDecision[]) {
  const { plan, digest } = questionOf(state);
  const { identity, document, decidedAt = '', verdicts: verdict } = state;
  const attempt = countAuthorisation(state);
  return untilRecorded(
    () => brain.authoriseStart({ identity, document, plan, digest, decisions, decidedAt, attempt, verdict }),
    // It is executing before anybody sees that it is approved, unless it has to wait for that.
    () => showStatus(state),
  );
}

/** Approvals travel only where they had to be signed: hands verify them on their own. */
function startRequest(permit: SignedPermit, plan: ExecutionPlan, decisions: readonly CountedDecision[]): StartRequest {
  const isSigned = plan.approval.signature !== 'off' && decisions.length > 0;
  return { permit, plan: packPlan(plan), ...(isSigned && { approvals: decisions }) };
}

/** Too many of its type were started lately (spec G5): it holds no permit, which would run out, and waits until its turn or its deadline. */
async function waitForTurn(state: ProposalState, { why, until }: Extract<Held, { kind: 'limited' }>) {
  const turn = Date.parse(until);
  setTurn(state, turn);
  moveTo(state, 'approved', why);
  showStatus(state);
  let ended: Ending | 'asked_again' | undefined;
  do ended = await waitHeld(state, { summary: `again at ${until.slice(0, 19)}Z`, until: turn }, 0);
  while (ended === undefined && Date.now() < turn);
  setTurn(state, undefined);
  return ended;
}

/** Too much failed lately (spec G6): it waits until a person resumes. */
function waitPaused(state: ProposalState, { why }: Held, round: number) {
  if (state.status !== 'suspended') noteSuspended(state, why);
  return waitHeld(state, { summary: 'paused after failures' }, round);
}

function noteSuspended(state: ProposalState, why: string): void {
  moveTo(state, 'suspended', why);
  showStatus(state);
  const name = `suspended/${countSuspension(state)}`;
  noteEvent(state, { name, eventType: trailEvent.actionSuspended, summary: why.slice(0, 400), data: { status: 'suspended' } });
}

/** The stop that stands, where a proposal that waits for people was woken to look for one. */
export async function lookForStop(): Promise<{ readonly kind: 'stopped'; readonly why: string } | undefined> {
  const { stop } = await untilRecorded(() => brain.lookForStop());
  return stop === undefined ? undefined : { kind: 'stopped', why: stop };
}

/**
 * Waits until the emergency stop is lifted. A stop withdraws consent (spec K3): what had been approved, or waited for it, is asked about again, and
 * nothing of what was said before counts. An ending where somebody decides meanwhile, or the deadline passes.
 */
export async function waitSuspended(state: ProposalState, why: string): Promise<Ending | 'asked_again'> {
  noteSuspended(state, why);
  for (let round = 0; ; round += 1) {
    const ended = await waitHeld(state, { summary: 'suspended by the emergency stop' }, round);
    if (ended !== undefined) return ended;
    if ((await lookForStop()) === undefined) return askAgain(state);
  }
}

function askAgain(state: ProposalState): 'asked_again' {
  const { digest } = questionOf(state);
  const summary = `the emergency stop was lifted: ${state.counted.length} decisions from before it no longer count`;
  // A mode that was to consent after its window waits for all of it anew.
  if (state.grantAt !== undefined) askModeAfterWindow(state);
  noteEvent(state, { name: `lifted/${state.suspensions}`, eventType: trailEvent.approvalWithdrawn, summary, data: { digest } });
  forgetCounted(state);
  return 'asked_again';
}
