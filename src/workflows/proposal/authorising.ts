import { condition } from '@temporalio/workflow';
import type { CountedDecision } from '../../contract/activities.js';
import type { StartRequest } from '../../contract/hands.js';
import { packPlan } from '../../domain/action/packing.js';
import type { SignedPermit } from '../../domain/action/permit.js';
import type { ExecutionPlan } from '../../domain/action/plan.js';
import type { CaseFile } from './state.js';
import { moveTo, noteEvent, recordNotes, showState } from './state.js';
import type { Verdict } from './deciding.js';
import { answerLate, asItStands, stands, takeBallot, tallyOf } from './deciding.js';
import type { Authorised } from './executing.js';
import type { Inbox } from './inbox.js';
import type { Ending } from './ending.js';
import { brain, untilRecorded } from '../recording.js';

/** How often a suspended proposal looks whether the emergency stop has been lifted; any message makes it look at once. */
const suspendedSecondsFirst = 30;
const suspendedSecondsMax = 900;

/**
 * Asks for the start permit: signatures, today's rules, emergency stop and digest are looked at once more (spec P5). While an emergency
 * stop holds, the proposal is suspended, until its deadline.
 */
export async function authorise(file: CaseFile, inbox: Inbox, verdict: Verdict): Promise<Authorised | Ending | 'withdrawn'> {
  for (let round = 0; ; round += 1) {
    const attempt = (file.authorisations += 1);
    const { plan, digest = '' } = file;
    const { decisions } = asItStands(file, verdict);
    if (plan === undefined) throw new TypeError('authorise needs a reviewed proposal');
    const answer = await untilRecorded(() =>
      brain.authoriseStart({
        identity: file.identity,
        document: file.document,
        plan,
        digest,
        decisions,
        decidedAt: file.decidedAt ?? '',
        attempt,
        ...(file.verdicts > 1 && { verdict: file.verdicts }),
      }),
    );
    if (answer.kind === 'authorised')
      return { host: answer.host, permitSeconds: answer.permitSeconds, plan, start: startRequest(answer.permit, plan, decisions) };
    if (answer.kind === 'stale') {
      file.violations = answer.violations;
      return { status: 'stale', reason: answer.violations.map(({ rule, message }) => `${rule}: ${message}`).join('; ') };
    }
    const ended = await waitSuspended(file, inbox, answer.why, round);
    if (ended !== undefined) return ended;
  }
}

/** Approvals travel only where they had to be signed: hands verify them on their own. */
function startRequest(permit: SignedPermit, plan: ExecutionPlan, decisions: readonly CountedDecision[]): StartRequest {
  const signed = plan.approval !== undefined && plan.approval.signature !== 'off';
  return { permit, plan: packPlan(plan), ...(signed && { approvals: decisions }) };
}

/**
 * Waits longer round by round, or for a message; an ending where one was decided meanwhile, or the deadline has passed; `withdrawn` where
 * what stands is no longer enough.
 */
export async function waitSuspended(file: CaseFile, inbox: Inbox, why: string, round: number): Promise<Ending | 'withdrawn' | undefined> {
  if (file.status !== 'suspended') {
    moveTo(file, 'suspended', why);
    showState(file);
    const name = `suspended/${file.authorisations}`;
    noteEvent(file, { name, eventType: 'action_suspended', summary: why, data: { status: 'suspended' } });
  }
  await recordNotes(file);
  const seconds = Math.min(suspendedSecondsFirst * 2 ** round, suspendedSecondsMax);
  await condition(() => inbox.hasMail, seconds * 1_000, { summary: 'suspended by the emergency stop' });
  const stopped: { ending?: Ending } = {};
  const accept = (decision: CountedDecision) => {
    const { kind, by, reason } = decision;
    if (stopped.ending !== undefined) return false;
    if (kind === 'withdraw') {
      if (!stands(file, by)) return false;
      takeBallot(file, decision);
      return true;
    }
    stopped.ending = { status: kind === 'cancel' ? 'cancelled' : 'rejected', reason: reason ?? `${kind} by ${by} while suspended` };
    file.decidedBy = by;
    return true;
  };
  // What comes behind a withdrawal is said about a proposal that waits again.
  const isOver = () => tallyOf(file) === 'pending';
  await answerLate(file, inbox, { kinds: ['cancel', 'reject', 'withdraw'], accept, isOver });
  if (stopped.ending !== undefined) return stopped.ending;
  if (tallyOf(file) === 'pending') return 'withdrawn';
  return Date.now() >= (file.deadline ?? 0) ? { status: 'expired', reason: `${why} until the deadline` } : undefined;
}
