import { condition, defineSignal, defineUpdate, setHandler } from '@temporalio/workflow';
import type { DecideAnswer, DecideMessage } from '../../contract/messages.js';
import { signalNames, updateNames, wakeSignal } from '../../contract/names.js';
import type { Decision, DecisionKind, MalformedMessage } from '../../domain/approval/decision.js';
import { decisionKinds, parseDecision, unknownName } from '../../domain/approval/decision.js';
import { listenToSignals } from '../signals.js';

/** More than this while a decision is awaited, or as many wakes, is a flood: counted, not stored, and the proposal ends as rejected (spec A1). */
export const messagesMax = 1_000;
const flooded: DecideAnswer = { accepted: false, code: 'FLOODED', message: 'too many messages at once: not read', status: 'rejected' };

/** One received message, in order of arrival; `answer` is what the update `decide` waits for. */
export interface Message {
  readonly content: Decision | MalformedMessage;
  readonly at: number;
  answer?: DecideAnswer;
}

export interface Inbox {
  /** All messages ever received, stored or not. */
  readonly count: number;
  readonly isFlooded: boolean;
  readonly hasMessages: boolean;
  /** Somebody says that it is worth looking whether a stop stands. Whoever sends that brings nothing else about. */
  readonly isWoken: boolean;
  /** Whether that is so, since it was last asked. */
  takeWake(): boolean;
  /** Whether a well-formed message of these kinds waits to be read. */
  holds(...kinds: readonly DecisionKind[]): boolean;
  take(): Message | undefined;
  /** Puts a decision in that came by another way than a message, such as Temporal's own cancellation. */
  deliver(decision: Decision): void;
}

const descriptions: Readonly<Record<DecisionKind, string>> = {
  approve: 'Approve what is shown: {"by": "<you>", "digest": "<at least its first 32 digits, or eight words>"}. Optional: reason.',
  reject: 'Reject it: {"by": "<you>", "reason": "<why>"}.',
  withdraw: 'Take your own approval back, before it has been started: {"by": "<you>"}.',
  break_glass:
    'Start a high-risk action alone, if you may: {"by": "<you>", "digest": "...", "reason": "<why it cannot wait>"}. The others review it afterwards.',
  preview: 'Run it on throw-away copies and show what it would change: {"by": "<you>"}.',
  extend: 'Move the deadline: {"by": "<you>", "extend": "12h"}; by 7 days in all at most.',
  cancel: 'Withdraw it, or stop it while it runs: {"by": "<you>"}. What was started is rolled back.',
  resolve: 'Settle an indeterminate run: {"by": "<you>", "outcome": "completed" or "failed", "reason": "<how you know>"}.',
};

function isDecideMessage(payload: unknown): payload is DecideMessage {
  return (
    typeof payload === 'object' && payload !== null && decisionKinds.some((kind) => kind === (payload as { decision?: unknown }).decision)
  );
}

function parseDecide(payload: DecideMessage): Decision | MalformedMessage {
  const { decision, ...fields } = payload;
  return parseDecision(decision, fields);
}

function parseSignal(name: string, payloads: readonly unknown[]): Decision | MalformedMessage {
  const kind = decisionKinds.find((known) => signalNames[known] === name);
  if (kind === undefined) return unknownName(name, Object.values(signalNames));
  if (payloads.length === 1) return parseDecision(kind, payloads[0]);
  return { kind, malformed: `expected one argument, found ${payloads.length}` };
}

/** The validator is synchronous and leaves no trace when it refuses, so it looks at the shape only; whether the decision counts is recorded. */
function assertDecideShape(payload: unknown): void {
  if (!isDecideMessage(payload)) throw new Error(`decide takes one object with "decision": one of ${decisionKinds.join(', ')}`);
  const parsed = parseDecide(payload);
  if ('malformed' in parsed) throw new Error(`${payload.decision}: ${parsed.malformed}`);
}

/**
 * Sets every handler, before the workflow's first await, so that no message is missed. Handlers only queue: an Error in one would block
 * the workflow task, and only the main loop may judge, one message at a time (spec A1). What one message costs does not grow with their number.
 */
export function openInbox(): Inbox {
  const messages: Message[] = [];
  let count = 0;
  let wakes = 0;
  let isWoken = false;
  const receive = (content: Decision | MalformedMessage): Message => {
    const message: Message = { content, at: Date.now() };
    count += 1;
    if (messages.length < messagesMax) messages.push(message);
    else message.answer = flooded;
    return message;
  };
  const hear = (name: string, read: () => unknown[]) => {
    if (name === wakeSignal) [isWoken, wakes] = [true, wakes + 1];
    else if (messages.length < messagesMax) receive(parseSignal(name, read()));
    // Of a flood nothing is read.
    else count += 1;
  };
  listenToSignals(hear);
  // For whoever looks at what may be sent; `listenToSignals` takes every signal before it gets here.
  for (const kind of decisionKinds) {
    const definition = defineSignal<unknown[]>(signalNames[kind]);
    setHandler(definition, (...payloads) => hear(definition.name, () => payloads), { description: descriptions[kind] });
  }
  setHandler(
    defineUpdate<DecideAnswer, [unknown]>(updateNames.decide),
    async (payload) => {
      const message = receive(parseDecide(payload as DecideMessage));
      await condition(() => message.answer !== undefined);
      return message.answer ?? flooded;
    },
    {
      validator: assertDecideShape,
      description: 'Like the signals, with an answer: {"decision": "approve", "by": "<you>", "digest": "..."}.',
    },
  );
  return {
    get count() {
      return count;
    },
    get isFlooded() {
      return count > messagesMax || wakes > messagesMax;
    },
    get hasMessages() {
      return messages.length > 0;
    },
    get isWoken() {
      return isWoken;
    },
    takeWake() {
      const was = isWoken;
      isWoken = false;
      return was;
    },
    holds: (...kinds) => messages.some(({ content }) => !('malformed' in content) && kinds.includes(content.kind)),
    take: () => messages.shift(),
    deliver: (decision) => {
      receive(decision);
    },
  };
}
