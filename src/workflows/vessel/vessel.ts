import {
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
import type { Judged, StandingView, Told } from '../../contract/orders.js';
import type { MalformedOrder, Order } from '../../domain/approval/order.js';
import { areHandsAwaited, areHandsTold } from '../../domain/approval/order.js';
import type { SnakeKeys } from '../../domain/text/key-case.js';
import { snakeKeys } from '../../domain/text/key-case.js';
import { ownIdentity } from '../identity.js';
import { unknownSeconds, unlessSilent, vesselBrain } from './brain.js';
import type { Message } from './inbox.js';
import { openInbox } from './inbox.js';
import { createLooking } from './looking.js';
import { createTelling } from './telling.js';

/** The brain is asked about so many messages of a run that are no orders; what comes of more is known without it. */
const malformedMax = 20;

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

/**
 * Hears what people order of the vessel itself (spec G2, K1): one message at a time is judged by the brain, against what its trail says that
 * stands; hands are told what stands then. It owns the changes of the mode (spec T7): at each wake, before anything else, and daily the brain looks
 * whether it has to come down, and it waits for the days of a review of the policy (spec C7). Of all that it keeps what the mode rested on, since when it
 * waits, and nothing else: a trail that has lost the one was cut, and a run that does not know it begins in alpha. It goes on for ever, as new runs of the
 * same id; under another id it does nothing.
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
      const isTold = isToBeTold(judged) && 'kind' in content && areHandsTold(content.kind);
      message.isFinal = !isTold || !areHandsAwaited(content.kind);
      if (isTold) tell(judged, message);
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
        await continueAsNew<typeof vesselWorkflow>(mode.kept());
      } else if (isKnown)
        await condition(() => inbox.hasMessages || inbox.isWoken || isLong(), mode.millisecondsLeft(), { summary: 'looks at the mode' });
      else await condition(() => inbox.hasMessages, unknownSeconds * 1_000, { summary: 'audit trail unavailable, trying again' });
    }
  });
}
