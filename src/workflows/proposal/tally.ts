import type { CountedDecision } from '../../contract/activities.js';
import { trailEvent } from '../../domain/trail/events.js';
import { needsText, personOf, progressOf, progressText } from '../../domain/approval/rules.js';
import type { ApprovalTerms, TallyState } from '../../domain/approval/terms.js';
import { areOpen, requirementNow, standingApprovers, tallyDecisions } from '../../domain/approval/terms.js';
import { wordOf } from '../../domain/approval/word.js';
import { showStatus } from './labels.js';
import { countDecision, questionOf, setNeeds } from './question.js';
import type { ProposalState } from './state.js';
import { noteEvent } from './state.js';

export const termsOf = (state: ProposalState): ApprovalTerms => questionOf(state).plan.approval;

/** Whether this person's approval stands. */
export const stands = (state: ProposalState, by: string) =>
  standingApprovers(state.counted, termsOf(state)).some((name) => personOf(name) === personOf(by));

/** What stands for the start: the last approval of each standing approver, or the decision of whoever broke the glass. */
export function standingDecisions(state: ProposalState): readonly CountedDecision[] {
  const last = new Map<string, CountedDecision>();
  for (const decision of state.counted)
    if (decision.kind === 'approve' && stands(state, decision.by)) last.set(personOf(decision.by), decision);
  return [...last.values(), ...state.counted.filter(({ kind }) => kind === 'break_glass')];
}

export function tallyOf(state: ProposalState): TallyState {
  return tallyDecisions(termsOf(state), state.counted, state.isEscalated);
}

/** Whether what was decided still holds: enough people stand for it, or nobody was needed. */
export const stillStands = (state: ProposalState): boolean => state.isByMode || tallyOf(state) !== 'pending';

/**
 * What is there and what is missing, in words for lists and records; with names in view and details, which cost no history. Empty where one
 * approval of anybody is enough.
 */
export function showProgress(state: ProposalState): string {
  const terms = termsOf(state);
  if (areOpen(terms)) {
    showStatus(state);
    return '';
  }
  const standing = standingApprovers(state.counted, terms);
  const ways = progressOf(requirementNow(terms, state.isEscalated), standing, terms.groups, terms.excluded);
  const progress = progressText(ways);
  setNeeds(state, needsText(ways), progress);
  showStatus(state);
  return progress;
}

/** Takes a decision in that counts; what they all come to now, and what is to be said about it. */
export function takeDecision(state: ProposalState, decision: CountedDecision): { readonly state: TallyState; readonly progress: string } {
  countDecision(state, decision);
  const tally = tallyOf(state);
  if (tally !== 'pending' && decision.kind !== 'withdraw') return { state: tally, progress: '' };
  const progress = showProgress(state);
  noteCounted(state, decision, progress);
  return { state: tally, progress };
}

/** What decides nothing yet has a line of its own; the last one is in the line of the verdict. */
function noteCounted(state: ProposalState, decision: CountedDecision, progress: string): void {
  const { kind, by, key, reason, consideredSeconds, receivedAt } = decision;
  const { nonce, saidAt } = wordOf(decision);
  noteEvent(state, {
    // A reset counts anew; a nonce is spent once.
    name: `counted/${nonce ?? state.counted.length}`,
    eventType: kind === 'withdraw' ? trailEvent.approvalWithdrawn : trailEvent.approvalGiven,
    summary: `${kind} by ${by}; ${progress}`.slice(0, 400),
    data: {
      by,
      progress,
      assurance: key === undefined ? 'unsigned' : 'signed',
      ...(key !== undefined && { key }),
      reason: reason ?? '',
      ...(consideredSeconds !== undefined && { considered_seconds: consideredSeconds }),
      received_at: receivedAt ?? new Date(Date.now()).toISOString(),
      ...(saidAt !== undefined && { said_at: saidAt }),
      ...(nonce !== undefined && { nonce }),
    },
  });
}
