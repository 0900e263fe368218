import { condition } from '@temporalio/workflow';
import type { CountedDecision } from '../../contract/activities.js';
import { trailEvent } from '../../domain/trail/events.js';
import type { Decision } from '../../domain/approval/decision.js';
import { wordOf } from '../../domain/approval/word.js';
import { answer } from './answering.js';
import type { Message } from './inbox.js';
import { messagesMax } from './inbox.js';
import type { Judgement } from './judging.js';
import { counted, judgeMessage } from './judging.js';
import { showStatus } from './labels.js';
import { recordNotes } from './notes.js';
import { askModeAfterWindow, beginAsking, countPreview, moveDeadline, questionOf, stillWaiting, takeGrant } from './question.js';
import { nextMoment, remind } from './reminding.js';
import type { ProposalState } from './state.js';
import { noteEvent } from './state.js';
import { showProgress, standingDecisions, stands, takeDecision } from './tally.js';

export interface Verdict {
  readonly kind: 'approved' | 'rejected' | 'cancelled' | 'expired' | 'flooded';
  readonly reason: string;
  /** Approved: what stands for it; otherwise the decision that ended it. */
  readonly decisions: readonly CountedDecision[];
}

/** Shows what it would do, and says why not where it cannot. */
export type Previewing = (round: number) => Promise<string>;

/** The same verdict without what was taken back since: neither brain nor hands are to count it. */
export const asItStands = (state: ProposalState, verdict: Verdict): Verdict => ({
  ...verdict,
  decisions: state.isByMode ? [] : standingDecisions(state),
});

function extend(state: ProposalState, decision: Decision): void {
  const { by, reason = '', extendSeconds = 0 } = decision;
  const { nonce } = wordOf(decision);
  const moved = moveDeadline(state, extendSeconds);
  const waiting = stillWaiting(state);
  noteEvent(state, {
    name: `extended/${moved.count}`,
    eventType: trailEvent.deadlineExtended,
    summary: `deadline moved to ${waiting.deadline} by ${by}`,
    data: { ...waiting, by, reason, ...(nonce !== undefined && { nonce }) },
  });
  showStatus(state);
}

function endFlooded(state: ProposalState): Verdict {
  const { count } = state.inbox;
  const summary = `more than ${Math.max(messagesMax, count - 1)} messages: counted, not read`;
  noteEvent(state, { name: 'flooded', eventType: trailEvent.messagesFlooded, summary, data: { messages: count } });
  return { kind: 'flooded', reason: summary, decisions: [] };
}

/** Nobody objected in time: what the terms let a mode consent to is asked of the mode. */
function endUnopposed(state: ProposalState): Verdict {
  takeGrant(state);
  return { kind: 'approved', reason: 'nobody objected: the mode is asked', decisions: [] };
}

/** What cannot be said while a decision is awaited, though it is well-formed. */
function untimely(state: ProposalState, { content }: Message): Judgement | undefined {
  if ('malformed' in content) return undefined;
  if (content.kind === 'resolve') return { code: 'NOT_WAITING', why: 'there is nothing to resolve: it has not been started' };
  // Nor by Temporal's own cancellation: the others are asked until the deadline.
  if (content.kind === 'cancel' && questionOf(state).plan.proposalId !== state.identity.workflowId)
    return { code: 'NOT_WAITING', why: 'it has been started already: its review is not called off' };
  if (content.kind === 'withdraw' && !stands(state, content.by))
    return { code: 'NOTHING_TO_WITHDRAW', why: `${content.by.slice(0, 60)} has approved nothing here` };
  return undefined;
}

/** Judges the next message; a verdict where it decided the matter. */
async function judgeNext(state: ProposalState, message: Message, preview: Previewing): Promise<Verdict | undefined> {
  const judged = untimely(state, message) ?? (await judgeMessage(state, message));
  if (judged.code !== 'ACCEPTED' || 'malformed' in message.content) {
    answer(state, message, judged);
    return undefined;
  }
  const decision = counted(message, judged);
  if (decision.kind === 'extend') {
    extend(state, decision);
    answer(state, message, judged);
    return undefined;
  }
  if (decision.kind === 'preview') {
    const why = await preview(countPreview(state));
    if (why === '' && state.grantAt !== undefined) askModeAfterWindow(state);
    if (why === '' && state.counted.length === 0) showProgress(state);
    answer(state, message, why === '' ? judged : { ...judged, code: 'PREVIEW_REFUSED', why });
    return undefined;
  }
  const { state: tally, progress } = takeDecision(state, decision);
  answer(state, message, { ...judged, why: progress }, tally === 'pending' ? state.status : tally);
  if (tally === 'pending') return undefined;
  const decisions = tally === 'approved' ? standingDecisions(state) : [decision];
  return { kind: tally, reason: decision.reason ?? `${decision.kind} by ${decision.by}`, decisions };
}

/**
 * Waits for people, with a durable timer; judges one message at a time. The first valid decision wins (spec A1). What is judged after the
 * deadline is late, whenever it was sent: the deadline is a promise that nothing runs on old consent. Woken, it looks; what that finds ends the wait.
 */
export async function awaitVerdict<Found = never>(
  state: ProposalState,
  preview: Previewing,
  look: () => Promise<Found | undefined> = () => Promise.resolve(undefined),
): Promise<Verdict | Found> {
  const { inbox } = state;
  beginAsking(state);
  for (;;) {
    const now = Date.now();
    const deadline = state.deadline ?? now;
    if (inbox.isFlooded) return endFlooded(state);
    if (now >= deadline) return { kind: 'expired', reason: `nobody decided by ${new Date(deadline).toISOString()}`, decisions: [] };
    const found = inbox.takeWake() ? await look() : undefined;
    if (found !== undefined) return found;
    const message = inbox.take();
    if (message !== undefined) {
      const verdict = await judgeNext(state, message, preview);
      if (verdict !== undefined) return verdict;
      continue;
    }
    await recordNotes(state);
    if (inbox.hasMessages || inbox.isWoken) continue;
    if (now >= (state.grantAt ?? deadline)) return endUnopposed(state);
    const options = { summary: `closes ${new Date(deadline).toISOString().slice(0, 16)}Z` };
    const wait = nextMoment(state, Date.now()) - Date.now();
    const isWoken = wait <= 0 || (await condition(() => inbox.hasMessages || inbox.isWoken || inbox.isFlooded, wait, options));
    if (!isWoken && remind(state, Date.now())) showProgress(state);
  }
}
