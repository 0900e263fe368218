import type { CountedDecision } from '../../contract/activities.js';
import type { ProposalStatus } from '../../domain/action/status.js';
import type { Decision, DecisionKind, MalformedMessage } from '../../domain/approval/decision.js';
import { judgeMalformed } from '../../domain/approval/decision.js';
import type { Message } from './inbox.js';
import type { Judgement } from './judging.js';
import { counted, judgeMessage } from './judging.js';
import { noteMessage } from './notes.js';
import type { ProposalState } from './state.js';

function byOf(content: Decision | MalformedMessage): string {
  return 'by' in content ? content.by : 'unknown';
}

/** Whoever comes second learns when the first one decided. */
const firstAt = ({ decidedAt }: ProposalState, code: string) => (code === 'LATE' && decidedAt !== undefined ? ` at ${decidedAt}` : '');

/** Notes what a message came to, and tells whoever sent it and waits. `status` is what the proposal becomes by it. */
export function answer(state: ProposalState, message: Message, { code, why, key }: Judgement, status: ProposalStatus = state.status): void {
  const { content, at } = message;
  const reason = 'reason' in content ? content.reason : undefined;
  noteMessage(state, {
    kind: content.kind,
    by: byOf(content).slice(0, 200),
    at: new Date(at).toISOString(),
    code,
    why,
    reason: reason?.slice(0, 400),
    consideredSeconds: 'consideredSeconds' in content ? content.consideredSeconds : undefined,
    key,
  });
  const isAccepted = code === 'ACCEPTED';
  const text = isAccepted ? `${content.kind} by ${byOf(content)} accepted${why === '' ? '' : `; ${why}`}` : `${why}${firstAt(state, code)}`;
  message.answer = { accepted: isAccepted, code, message: text, status };
}

/** What may still be said once it is decided, and what is done with it: true where it was taken. */
export interface StillOpen {
  readonly kinds: readonly DecisionKind[];
  readonly accept: (decision: CountedDecision) => boolean | Promise<boolean>;
  /** True where what was taken has opened the question again: what comes after it is not late. */
  readonly isOver?: () => boolean;
}

const nothing: StillOpen = { kinds: [], accept: () => false };

/** After the decision: every further message is recorded as late, but for what is still open to say. */
export async function answerLate(state: ProposalState, { kinds, accept, isOver = () => false }: StillOpen = nothing): Promise<void> {
  const { inbox } = state;
  for (let message = inbox.take(); message !== undefined; message = isOver() ? undefined : inbox.take()) {
    const { content } = message;
    if ('malformed' in content) {
      answer(state, message, judgeMalformed(content));
      continue;
    }
    const late = { code: 'LATE', why: `already ${state.status}${state.decidedBy === undefined ? '' : `, decided by ${state.decidedBy}`}` };
    const judged = kinds.includes(content.kind) ? await judgeMessage(state, message) : late;
    const isTaken = judged.code === 'ACCEPTED' && (await accept(counted(message, judged)));
    answer(state, message, judged.code === 'ACCEPTED' && !isTaken ? late : judged);
  }
}
