import { condition } from '@temporalio/workflow';
import type { CountedDecision } from '../../contract/activities.js';
import type { StartRequest } from '../../contract/hands.js';
import { trailEvent } from '../../domain/trail/events.js';
import { packPlan } from '../../domain/action/packing.js';
import type { SignedPermit } from '../../domain/action/permit.js';
import type { ExecutionPlan } from '../../domain/action/plan.js';
import { brain, untilRecorded } from '../recording.js';
import { answerLate } from './answering.js';
import type { Verdict } from './deciding.js';
import { asItStands } from './deciding.js';
import type { Ending } from './ending.js';
import type { Authorised } from './executing.js';
import { moveTo, showStatus } from './labels.js';
import { recordNotes } from './notes.js';
import { forgetCounted, questionOf, setDecider } from './question.js';
import type { ProposalState } from './state.js';
import { countAuthorisation, noteEvent, takeViolations } from './state.js';
import { stands, takeDecision, tallyOf } from './tally.js';

/** How often a suspended proposal looks whether the emergency stop has been lifted; any message makes it look at once. */
const suspendedSecondsFirst = 30;
const suspendedSecondsMax = 900;

/**
 * Asks for the start permit: signatures, today's rules, emergency stop and digest are looked at once more (spec P5). Under an emergency stop the
 * proposal is suspended, and asked about again when that is lifted.
 */
export async function authorise(state: ProposalState, verdict: Verdict): Promise<Authorised | Ending | 'asked_again'> {
  const { plan, digest } = questionOf(state);
  const { decisions } = asItStands(state, verdict);
  const attempt = countAuthorisation(state);
  const { identity, document, decidedAt = '', verdicts } = state;
  const answer = await untilRecorded(
    () => brain.authoriseStart({ identity, document, plan, digest, decisions, decidedAt, attempt, verdict: verdicts }),
    // It is executing before anybody sees that it is approved, unless it has to wait for that.
    () => showStatus(state),
  );
  if (answer.kind === 'authorised')
    return { host: answer.host, permitSeconds: answer.permitSeconds, plan, start: startRequest(answer.permit, plan, decisions) };
  if (answer.kind === 'suspended') return waitSuspended(state, answer.why);
  takeViolations(state, answer.violations);
  return { status: 'stale', reason: answer.violations.map(({ rule, message }) => `${rule}: ${message}`).join('; ') };
}

/** Approvals travel only where they had to be signed: hands verify them on their own. */
function startRequest(permit: SignedPermit, plan: ExecutionPlan, decisions: readonly CountedDecision[]): StartRequest {
  const isSigned = plan.approval.signature !== 'off';
  return { permit, plan: packPlan(plan), ...(isSigned && { approvals: decisions }) };
}

/**
 * Waits until the emergency stop is lifted. A stop withdraws consent (spec K3): what had been approved is asked about again, and nothing of what was
 * said before counts. An ending where somebody decides meanwhile, or the deadline passes.
 */
export async function waitSuspended(state: ProposalState, why: string): Promise<Ending | 'asked_again'> {
  moveTo(state, 'suspended', why);
  showStatus(state);
  const name = `suspended/${state.authorisations}`;
  noteEvent(state, { name, eventType: trailEvent.actionSuspended, summary: why, data: { status: 'suspended' } });
  for (let round = 0; ; round += 1) {
    const ended = await waitOnce(state, round);
    if (ended !== undefined) return ended;
    if (Date.now() >= (state.deadline ?? 0)) return { status: 'expired', reason: `${why} until the deadline` };
    if (tallyOf(state) === 'pending') return 'asked_again';
    const { stop } = await untilRecorded(() => brain.lookForStop());
    if (stop === undefined) return askAgain(state);
  }
}

function askAgain(state: ProposalState): 'asked_again' {
  const { digest } = questionOf(state);
  const summary = `the emergency stop was lifted: ${state.counted.length} decisions from before it no longer count`;
  noteEvent(state, { name: `lifted/${state.authorisations}`, eventType: trailEvent.approvalWithdrawn, summary, data: { digest } });
  forgetCounted(state);
  return 'asked_again';
}

/** Waits longer round by round, or for a message; an ending where one decided it. */
async function waitOnce(state: ProposalState, round: number): Promise<Ending | undefined> {
  await recordNotes(state);
  const seconds = Math.min(suspendedSecondsFirst * 2 ** round, suspendedSecondsMax);
  const left = Math.max(0, (state.deadline ?? 0) - Date.now());
  await condition(() => state.inbox.hasMessages, Math.min(seconds * 1_000, left + 1), { summary: 'suspended by the emergency stop' });
  const stopped: { ending?: Ending } = {};
  const accept = (decision: CountedDecision) => {
    const { kind, by, reason } = decision;
    if (stopped.ending !== undefined) return false;
    if (kind === 'withdraw') {
      if (!stands(state, by)) return false;
      takeDecision(state, decision);
      return true;
    }
    stopped.ending = { status: kind === 'cancel' ? 'cancelled' : 'rejected', reason: reason ?? `${kind} by ${by} while suspended` };
    setDecider(state, decision);
    return true;
  };
  // What comes after a withdrawal is said about a proposal that waits again.
  const isOver = () => tallyOf(state) === 'pending';
  await answerLate(state, { kinds: ['cancel', 'reject', 'withdraw'], accept, isOver });
  return stopped.ending;
}
