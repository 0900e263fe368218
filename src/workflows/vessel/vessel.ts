import {
  ActivityFailure,
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  defineUpdate,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { NotRecorded } from '../../contract/activities.js';
import { updateNames } from '../../contract/names.js';
import type { Judged, KnownMode, StandingView, Told } from '../../contract/orders.js';
import type { MalformedOrder, Order } from '../../domain/approval/order.js';
import { isAboutMode } from '../../domain/approval/order.js';
import type { SnakeKeys } from '../../domain/text/key-case.js';
import { snakeKeys } from '../../domain/text/key-case.js';
import { ownIdentity } from '../identity.js';
import { vesselBrain } from './brain.js';
import type { Message } from './inbox.js';
import { openInbox } from './inbox.js';
import { createTelling } from './telling.js';

/** The brain is asked about so many messages of a run that are no orders; what comes of more is known without it. */
const malformedMax = 20;
const unknownSeconds = 30;
/** A day, with what timers take. */
const lookSeconds = 24 * 3_600;

/** Undefined where nobody could answer: the trail cannot be written, or the activity gave up. */
async function unlessSilent<T extends { readonly kind: string }>(call: () => Promise<T>) {
  try {
    const said = await call();
    return said.kind === 'audit_unavailable' ? undefined : (said as Exclude<T, { readonly kind: 'audit_unavailable' }>);
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return undefined;
  }
}

const look = () => unlessSilent(() => vesselBrain.lookAtStanding({ identity: ownIdentity() }));

const judge = (order: Order | MalformedOrder, at: number) =>
  unlessSilent(() => vesselBrain.judgeOrder({ identity: ownIdentity(), order, receivedAt: new Date(at).toISOString() }));

function answerJudged(message: Message, judged: Judged): void {
  const { accepted, code, why, standing } = judged;
  message.answer = { accepted, code, message: why, standing };
}

/** A new run begins with a short history; whoever waits for an answer gets it first. */
const isLong = () => workflowInfo().continueAsNewSuggested && allHandlersFinished();

/** An order that counts changes what hands keep to; one that has counted before may not have reached them. */
const isToBeTold = ({ accepted, code }: Judged) => (accepted && code !== 'AWAITS_OTHERS') || code === 'ALREADY_RESUMED';

/** What the mode was when it was last looked at, and when it is time to look again. */
function createLooking(kept: unknown) {
  let known = knownIn(kept);
  let dueAt = 0;
  return {
    known: () => known,
    isDue: () => Date.now() >= dueAt,
    millisecondsLeft: () => Math.max(1, dueAt - Date.now()),
    /** What was just ordered may have changed it. */
    again: () => void (dueAt = 0),
    async look(): Promise<void> {
      const seen = await unlessSilent(() => vesselBrain.lookAtMode({ identity: ownIdentity(), ...(known !== undefined && { known }) }));
      if (seen?.kind === 'mode') ({ known } = seen);
      dueAt = Date.now() + 1_000 * (seen?.kind === 'mode' ? lookSeconds : unknownSeconds);
    },
  };
}

/** Of the run before; whoever started this one may have said anything. Whether the trail has it is for the brain to say. */
function knownIn(kept: unknown): KnownMode | undefined {
  const { mode, standing, record } = (typeof kept === 'object' && kept !== null ? kept : {}) as Partial<KnownMode>;
  const { id, seq, prev } = (typeof record === 'object' && record !== null ? record : {}) as Partial<KnownMode['record']>;
  const isWhole = [mode, standing, id, prev].every((each) => typeof each === 'string' && each.length <= 128) && Number.isSafeInteger(seq);
  return isWhole ? (kept as KnownMode) : undefined;
}

/**
 * Hears what people order of the vessel itself (spec G2, K1): one message at a time is judged by the brain, against what its trail says that
 * stands; hands are told what stands then. It owns the changes of the mode (spec T7): at each wake, before anything else, and daily the brain looks
 * whether it has to come down. Of all that it keeps what the mode rested on, and nothing else: a trail that has lost that was cut, and a run that does not
 * know it begins in alpha. It goes on for ever, as new runs of the same id; under another id it does nothing.
 */
export async function vesselWorkflow(kept?: unknown): Promise<NotRecorded> {
  const inbox = openInbox();
  const mode = createLooking(kept);
  const telling = createTelling(async () => {
    const looked = await look();
    return looked?.kind === 'standing' ? looked : undefined;
  });
  setHandler(
    defineUpdate<SnakeKeys<StandingView> | null>(updateNames.standing),
    () =>
      CancellationScope.nonCancellable(async () => {
        const looked = await look();
        return looked?.kind === 'standing' ? snakeKeys(looked.standing) : null;
      }),
    { description: 'What stands of the vessel: stops, pauses, limit and hold.' },
  );
  return CancellationScope.nonCancellable(async () => {
    const tell = (told: Told, message?: Message) =>
      telling.start(told, (obeyed) => {
        if (message?.answer === undefined) return;
        message.answer = { ...message.answer, hands: obeyed };
        message.isFinal = true;
      });
    let isKnown = false;
    let malformed = 0;
    const judgeNext = async (message: Message): Promise<void> => {
      const { content, at } = message;
      if ('malformed' in content && (malformed += 1) > malformedMax) return;
      const judged = await judge(content, at);
      if (judged?.kind !== 'judged') {
        message.answer = { accepted: false, code: 'AUDIT_UNAVAILABLE', message: 'the audit trail cannot be written: nothing is done' };
        message.isFinal = true;
        return;
      }
      answerJudged(message, judged);
      if (judged.accepted) mode.again();
      if (isToBeTold(judged) && !isAboutMode(content)) tell(judged, message);
      else message.isFinal = true;
    };
    for (;;) {
      if (!isKnown) {
        const looked = await look();
        if (looked?.kind === 'refused') return looked;
        if (looked !== undefined) tell(looked);
        isKnown = looked !== undefined;
      }
      const isWoken = inbox.takeWake();
      if (isKnown && (isWoken || inbox.hasMessages || mode.isDue())) await mode.look();
      const dropped = inbox.takeDropped();
      if (dropped > 0) await judge({ malformed: `${dropped} messages too many at once: counted, not read` }, Date.now());
      const message = inbox.take();
      if (message !== undefined) await judgeNext(message);
      else if (isLong()) {
        telling.stop();
        await continueAsNew<typeof vesselWorkflow>(mode.known());
      } else if (isKnown)
        await condition(() => inbox.hasMessages || inbox.isWoken || isLong(), mode.millisecondsLeft(), { summary: 'looks at the mode' });
      else await condition(() => inbox.hasMessages, unknownSeconds * 1_000, { summary: 'audit trail unavailable, trying again' });
    }
  });
}
