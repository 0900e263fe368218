import { condition } from '@temporalio/workflow';
import type { CountedDecision } from '../../contract/activities.js';
import { recordNotes } from './notes.js';
import { answerLate } from './answering.js';
import type { Ending } from './ending.js';
import { setDecider } from './question.js';
import type { ProposalState } from './state.js';
import { stands, stillStands, takeDecision } from './tally.js';

/** How often a proposal that is held back looks whether it may go on, where nobody can say when; whatever it is sent makes it look at once. */
const heldSecondsFirst = 30;
const heldSecondsMax = 900;

/** What is waited for: in words for the timer, and until when, in milliseconds, where that is known. */
export interface Hold {
  readonly summary: string;
  readonly until?: number;
}

/**
 * Waits until it is worth asking again, longer round by round, or for a message; never beyond the deadline. An ending where somebody decided
 * meanwhile; `asked_again` where an approval that it needs was taken back.
 */
export async function waitHeld(state: ProposalState, { summary, until }: Hold, round: number): Promise<Ending | 'asked_again' | undefined> {
  await recordNotes(state);
  const stood = stillStands(state);
  const milliseconds = until === undefined ? Math.min(heldSecondsFirst * 2 ** round, heldSecondsMax) * 1_000 : until - Date.now();
  const left = (state.deadline ?? 0) - Date.now();
  await condition(() => state.inbox.hasMessages || state.inbox.isWoken, Math.max(1, Math.min(milliseconds, left + 1)), { summary });
  state.inbox.takeWake();
  // What nobody had decided yet cannot be taken back.
  const isTakenBack = () => stood && !stillStands(state);
  const ending = await answerMeanwhile(state, isTakenBack);
  if (ending !== undefined) return ending;
  if (Date.now() >= (state.deadline ?? 0)) return { status: 'expired', reason: `${state.reason} until the deadline` };
  return isTakenBack() ? 'asked_again' : undefined;
}

/** Until it starts, a rejection, a cancellation and a withdrawal count. */
async function answerMeanwhile(state: ProposalState, isTakenBack: () => boolean): Promise<Ending | undefined> {
  const said: { ending?: Ending } = {};
  const accept = (decision: CountedDecision) => {
    const { kind, by, reason } = decision;
    if (said.ending !== undefined) return false;
    if (kind === 'withdraw') {
      if (!stands(state, by)) return false;
      takeDecision(state, decision);
      return true;
    }
    said.ending = { status: kind === 'cancel' ? 'cancelled' : 'rejected', reason: reason ?? `${kind} by ${by} while ${state.status}` };
    setDecider(state, decision);
    return true;
  };
  // What comes after a withdrawal is said about a proposal that waits again.
  await answerLate(state, { kinds: ['cancel', 'reject', 'withdraw'], accept, isOver: isTakenBack });
  return said.ending;
}
