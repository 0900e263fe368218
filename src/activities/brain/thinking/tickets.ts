import type { AskingRun } from '../../../domain/approval/own-word.js';
import { ticketText } from '../../../domain/approval/own-word.js';
import type { ClosedCode, Gathered, Ticket } from '../../../contract/cycle.js';
import { modelSteps } from '../../../contract/cycle.js';
import type { ThinkingActivities, TicketIssued } from '../../../contract/thinking.js';
import { modelCallId, whyNotAsked } from '../../../domain/thinking/model-calls.js';
import { modelAnsweredEntry, modelCalledEntry } from '../../../domain/thinking/model-records.js';
import { isOwnVouched } from '../../shared/vouched.js';
import type { BrainDependencies } from '../dependencies.js';
import { isOwnCycle, ownWordOf } from '../mission-records.js';

type TicketRequest = Parameters<ThinkingActivities['issueTicket']>[0];
type AnswerRequest = Parameters<ThinkingActivities['recordAnswer']>[0];

const closed = (code: ClosedCode, why: string): TicketIssued => ({ kind: 'closed', code, why });

/** Between the ticket and its use a queue may stand, and a worker may start. */
const useSeconds = 300;

function signed(deps: BrainDependencies, run: AskingRun, ticket: Omit<Ticket, 'signature'>): Ticket {
  return { ...ticket, signature: deps.orders.vouch(ticketText(deps.self, run, ticket)) };
}

function whyClosed(deps: BrainDependencies, { context, choices }: Gathered, room: number): TicketIssued | undefined {
  if (!deps.thinking.autonomous) return closed('disabled', 'thinking_cycle.enable_autonomous_proposals is false');
  if (context.missions.length === 0) return closed('nothing_to_choose', 'there is no active mission: ubos missions list');
  if (choices === 0) return closed('nothing_to_choose', 'the catalogue has no action');
  return room <= 0 ? closed('no_room', 'as many proposals wait as may') : undefined;
}

/**
 * One call of the model, paid for before it is made: the record of what it may cost is written under the append lock, where no two cycles can both see
 * the last of the budget. Whoever calls the mind without a ticket is answered by nobody's key.
 */
export async function issueTicket(deps: BrainDependencies, request: TicketRequest): Promise<TicketIssued> {
  const { identity, step, gathered, plan } = request;
  const own = ownWordOf(deps);
  if (!isOwnCycle(deps, request) || !modelSteps.includes(step)) return closed('not_own', 'no Schedule of this vessel started it');
  if (!isOwnVouched(own, identity, 'gathered', gathered) || !isOwnVouched(own, identity, 'plan', plan))
    return closed('not_own', 'this vessel did not sign what was gathered');
  const why = whyClosed(deps, gathered.found, plan.found.room);
  if (why !== undefined) return why;
  const stop = await deps.emergencyStop();
  if (stop !== undefined) return closed('stopped', stop);
  const { limits, seconds } = deps.thinking;
  const contextDigest = gathered.found.context.digest;
  const id = modelCallId(identity.firstRunId, step);
  const before = await deps.trail.find('mission_log', id);
  let refusal: TicketIssued | undefined;
  if (before === undefined)
    await deps.trail.decide('mission_log', () => {
      const not = whyNotAsked(deps.thinking.calls.snapshot(), limits, deps.now());
      refusal = not && closed(not.code, not.why);
      if (refusal !== undefined) return undefined;
      return modelCalledEntry(id, { workflow_id: identity.workflowId, step }, { tokens: limits.tokensPerCall, contextDigest });
    });
  if (refusal !== undefined) return refusal;
  const record = before ?? (await deps.trail.find('mission_log', id));
  const issued = Date.parse(record?.timestamp ?? '');
  if (Number.isNaN(issued)) throw new TypeError(`the record ${id} is not there`);
  const expiresAt = new Date(issued + (useSeconds + seconds) * 1_000).toISOString();
  return { kind: 'ticket', ticket: signed(deps, identity, { step, contextDigest, expiresAt, seconds }) };
}

/** What of an answer is recorded: how it went and what it cost, not what it says. */
export async function recordAnswer(deps: BrainDependencies, request: AnswerRequest) {
  const { identity, step, answer } = request;
  const refused = (why: string) => ({ kind: 'refused', why }) as const;
  if (!isOwnCycle(deps, request) || !modelSteps.includes(step)) return refused('no Schedule of this vessel started it');
  if (!isOwnVouched(ownWordOf(deps), identity, 'answer', answer)) return refused('this vessel did not sign what the model answered');
  const callId = modelCallId(identity.firstRunId, step);
  const { found } = answer;
  const said = found.kind === 'answered' ? { ...found, chosen: found.candidates.length } : found;
  const receipt = await deps.trail.append('mission_log', modelAnsweredEntry(callId, { workflow_id: identity.workflowId, step }, said));
  return { kind: 'recorded', receipt } as const;
}
