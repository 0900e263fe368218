import { CancellationScope, condition, defineSignal, defineUpdate, setHandler } from '@temporalio/workflow';
import { orderSignal, updateNames, wakeSignal } from '../../contract/names.js';
import type { OrderAnswer } from '../../contract/orders.js';
import { unknownName } from '../../domain/approval/decision.js';
import type { MalformedOrder, Order } from '../../domain/approval/order.js';
import { parseOrder } from '../../domain/approval/order.js';
import type { SnakeKeys } from '../../domain/text/key-case.js';
import { snakeKeys } from '../../domain/text/key-case.js';
import { listenToSignals } from '../signals.js';

/** More signals than this at once are a flood: counted, not stored. Of updates the server lets in no more than it can answer. */
const messagesMax = 1_000;

/** One received message, in order of arrival. */
export interface Message {
  readonly content: Order | MalformedOrder;
  readonly at: number;
  /** What the update waits for; it may become known later what hands did. */
  answer?: OrderAnswer;
  /** True once nothing will be added to the answer. */
  isFinal?: boolean;
}

export interface Inbox {
  readonly hasMessages: boolean;
  take(): Message | undefined;
  /** Whether somebody asked to look anew, since it was last asked. */
  readonly isWoken: boolean;
  takeWake(): boolean;
  /** How many were too many since it was last asked. */
  takeDropped(): number;
}

const unanswered: OrderAnswer = { accepted: false, code: 'UNANSWERED', message: 'nobody judged it' };

/** Seconds for which an answer waits for the hands: a client gives up after fifteen. */
const handsSeconds = 8;

const description =
  'What people order of the vessel: {"kind": "hold", "by": "<you>", "reason": "<why>"}; resume and release name what they end: "of".';

function parseSignal(name: string, payloads: readonly unknown[]): Order | MalformedOrder {
  if (name !== orderSignal) return { malformed: unknownName(name, [orderSignal]).malformed };
  return payloads.length === 1 ? parseOrder(payloads[0]) : { malformed: `expected one argument, found ${payloads.length}` };
}

function assertShape(payload: unknown): void {
  const parsed = parseOrder(payload);
  if ('malformed' in parsed) throw new Error(`order: ${parsed.malformed}`);
}

/** Sets every handler before the first await. They only queue, as those of a proposal do: an error in one would block the workflow. */
export function openInbox(): Inbox {
  const messages: Message[] = [];
  let dropped = 0;
  let isWoken = false;
  const receive = (content: Order | MalformedOrder): Message => {
    const message: Message = { content, at: Date.now() };
    messages.push(message);
    return message;
  };
  const hear = (name: string, read: () => unknown[]) => {
    if (name === wakeSignal) isWoken = true;
    else if (messages.length < messagesMax) receive(parseSignal(name, read()));
    // Of a flood nothing is read.
    else dropped += 1;
  };
  listenToSignals(hear);
  // For whoever looks at what may be sent; `listenToSignals` takes every signal before it gets here.
  setHandler(defineSignal<unknown[]>(orderSignal), (...payloads) => hear(orderSignal, () => payloads), { description });
  const answered = async (message: Message): Promise<OrderAnswer> => {
    await condition(() => message.answer !== undefined);
    await condition(() => message.isFinal === true, handsSeconds * 1_000, { summary: 'hands are told' });
    return message.answer ?? unanswered;
  };
  setHandler(
    defineUpdate<SnakeKeys<OrderAnswer>, [unknown]>(updateNames.order),
    // Whoever cancels the workflow cancels nobody's order.
    (payload) => CancellationScope.nonCancellable(async () => snakeKeys(await answered(receive(parseOrder(payload))))),
    { validator: assertShape, description },
  );
  return {
    get hasMessages() {
      return messages.length > 0;
    },
    take: () => messages.shift(),
    get isWoken() {
      return isWoken;
    },
    takeWake() {
      const was = isWoken;
      isWoken = false;
      return was;
    },
    takeDropped() {
      const count = dropped;
      dropped = 0;
      return count;
    },
  };
}
