import { trailEvent } from '../../domain/trail/events.js';
import { escalate, noteReminder, stillWaiting } from './question.js';
import type { ProposalState } from './state.js';
import { noteEvent } from './state.js';
import { termsOf } from './tally.js';

/** Reminders at 50 % and 90 %, the next group at 80 % (spec A2), as shares of the time between question and deadline. */
const milestones = [
  { share: 0.5, eventType: trailEvent.approvalReminder, text: 'half of the time to decide is over' },
  { share: 0.8, eventType: trailEvent.approvalEscalated, text: '80 % of the time to decide is over' },
  { share: 0.9, eventType: trailEvent.approvalReminder, text: '90 % of the time to decide is over' },
] as const;

/** Notes what is due now. True where the next group is asked from now on. */
export function remind(state: ProposalState, now: number): boolean {
  const { askedAt = now } = state;
  const { escalateTo } = termsOf(state);
  const span = (state.deadline ?? now) - askedAt;
  let escalates = false;
  for (const { share, eventType, text } of milestones) {
    const name = `${eventType}/${share * 100}`;
    if (state.reminded.includes(name) || now < askedAt + span * share) continue;
    noteReminder(state, name);
    const group = eventType === trailEvent.approvalEscalated ? escalateTo : undefined;
    const data = { ...stillWaiting(state), ...(group !== undefined && { group }) };
    noteEvent(state, { name, eventType, summary: group === undefined ? text : `${text}; ${group} is asked too`, data });
    if (group === undefined) continue;
    escalate(state);
    escalates = true;
  }
  return escalates;
}

/** The next moment at which something is due: a milestone that lies ahead, the mode's turn, or the deadline. */
export function nextMoment({ deadline = 0, askedAt = 0, grantAt = deadline }: ProposalState, now: number): number {
  const ahead = milestones.map(({ share }) => askedAt + (deadline - askedAt) * share).filter((moment) => moment > now);
  return Math.min(deadline, grantAt, ...ahead);
}
