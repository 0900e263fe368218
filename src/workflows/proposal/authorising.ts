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
import { questionOf, setDecider } from './question.js';
import type { ProposalState } from './state.js';
import { countAuthorisation, noteEvent, takeViolations } from './state.js';
import { stands, takeDecision, tallyOf } from './tally.js';

/** How often a suspended proposal looks whether the emergency stop has been lifted; any message makes it look at once. */
const suspendedSecondsFirst = 30;
const suspendedSecondsMax = 900;

/**
 * Asks for the start permit: signatures, today's rules, emergency stop and digest are looked at once more (spec P5). While an emergency
 * stop holds, the proposal is suspended, until its deadline.
 */
export async function authorise(state: ProposalState, verdict: Verdict): Promise<Authorised | Ending | 'withdrawn'> {
  for (let round = 0; ; round += 1) {
    const { plan, digest } = questionOf(state);
    const { decisions } = asItStands(state, verdict);
    const attempt = countAuthorisation(state);
    const answer = await untilRecorded(() =>
      brain.authoriseStart({
        identity: state.identity,
        document: state.document,
        plan,
        digest,
        decisions,
        decidedAt: state.decidedAt ?? '',
        attempt,
        verdict: state.verdicts,
      }),
    );
    if (answer.kind === 'authorised')
      return { host: answer.host, permitSeconds: answer.permitSeconds, plan, start: startRequest(answer.permit, plan, decisions) };
    if (answer.kind === 'stale') {
      takeViolations(state, answer.violations);
      return { status: 'stale', reason: answer.violations.map(({ rule, message }) => `${rule}: ${message}`).join('; ') };
    }
    const ended = await waitSuspended(state, answer.why, round);
    if (ended !== undefined) return ended;
  }
}

/** Approvals travel only where they had to be signed: hands verify them on their own. */
function startRequest(permit: SignedPermit, plan: ExecutionPlan, decisions: readonly CountedDecision[]): StartRequest {
  const isSigned = plan.approval.signature !== 'off';
  return { permit, plan: packPlan(plan), ...(isSigned && { approvals: decisions }) };
}

/**
 * Waits longer round by round, or for a message; an ending where one was decided meanwhile, or the deadline has passed; `withdrawn` where
 * what stands is no longer enough.
 */
export async function waitSuspended(state: ProposalState, why: string, round: number): Promise<Ending | 'withdrawn' | undefined> {
  if (state.status !== 'suspended') {
    moveTo(state, 'suspended', why);
    showStatus(state);
    const name = `suspended/${state.authorisations}`;
    noteEvent(state, { name, eventType: trailEvent.actionSuspended, summary: why, data: { status: 'suspended' } });
  }
  await recordNotes(state);
  const seconds = Math.min(suspendedSecondsFirst * 2 ** round, suspendedSecondsMax);
  await condition(() => state.inbox.hasMessages, seconds * 1_000, { summary: 'suspended by the emergency stop' });
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
  if (stopped.ending !== undefined) return stopped.ending;
  if (tallyOf(state) === 'pending') return 'withdrawn';
  return Date.now() >= (state.deadline ?? 0) ? { status: 'expired', reason: `${why} until the deadline` } : undefined;
}
