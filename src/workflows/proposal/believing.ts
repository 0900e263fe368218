import { ActivityFailure, isCancellation, sleep } from '@temporalio/workflow';
import type { AnswerRequest } from '../../contract/activities.js';
import type { AnswerRefused } from '../../contract/answers.js';
import type { SignedAnswer } from '../../domain/action/answer.js';
import type { SignedPermit } from '../../domain/action/permit.js';
import { shorten } from '../../domain/text/visible.js';
import { trailEvent } from '../../domain/trail/events.js';
import type { Resolution } from './attending.js';
import { unlessResolved } from './attending.js';
import { moveTo, showStatus } from './labels.js';
import { recordNotes } from './notes.js';
import { questionOf } from './question.js';
import type { ProposalState } from './state.js';
import { countRefusedAnswer, noteEvent } from './state.js';

/** Lines of their own in the trail; further ones are in the history. */
const refusalsRecordedMax = 20;
const backOffSecondsFirst = 5;
/** Whoever answers in their place for months must not fill the history. */
const backOffSecondsMax = 1_800;

/** What the brain is given beside an answer of the hands. */
export function aboutPermit(state: ProposalState, permit: SignedPermit): Omit<AnswerRequest<never>, 'answer'> {
  const { identity, document } = state;
  return { identity, document, ...questionOf(state), permit };
}

/** Whatever was answered, nothing of it counts; what really is so has yet to be found out. */
export async function noteRefusal(state: ProposalState, act: string, why: string): Promise<void> {
  if (state.status !== 'indeterminate') {
    moveTo(state, 'indeterminate', 'an answer in the name of the hands did not count; they are asked again');
    showStatus(state);
  }
  const count = countRefusedAnswer(state);
  if (count > refusalsRecordedMax) return;
  const summary = shorten(`an answer to ${act} did not count: ${why}`, 400);
  noteEvent(state, { name: `refused_answer/${count}`, eventType: trailEvent.resultRefused, summary, data: { act } });
  await recordNotes(state);
}

export interface Asking<Answer, Recorded> {
  readonly act: string;
  readonly ask: () => Promise<SignedAnswer<Answer>>;
  /** Verifies and records; the answer is not to be looked at before. */
  readonly record: (answer: SignedAnswer<Answer>) => Promise<Recorded | AnswerRefused>;
}

/** Whoever polls can fail for good as well, which hands never do: nothing is known by that. */
async function answerTo<Answer>(
  ask: () => Promise<SignedAnswer<Answer>>,
): Promise<{ readonly signed: SignedAnswer<Answer> } | { readonly failure: string }> {
  try {
    return { signed: await ask() };
  } catch (error) {
    if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
    return { failure: `it is a failure: ${error.cause?.message ?? error.message}` };
  }
}

/** Asks the hands until the brain believes what comes back; or until a person settles the matter. */
export async function untilBelieved<Answer, Recorded extends { readonly kind: string }>(
  state: ProposalState,
  { act, ask, record }: Asking<Answer, Recorded>,
): Promise<{ readonly answer: Answer; readonly recorded: Exclude<Recorded, AnswerRefused> } | Resolution> {
  for (let seconds = backOffSecondsFirst; ; seconds = Math.min(seconds * 2, backOffSecondsMax)) {
    const attended = await unlessResolved(state, () => answerTo(ask));
    if ('resolution' in attended) return attended.resolution;
    const { brought } = attended;
    if ('failure' in brought) await noteRefusal(state, act, brought.failure);
    else {
      const recorded = await record(brought.signed);
      if (recorded.kind !== 'refused') return { answer: brought.signed.answer, recorded: recorded as Exclude<Recorded, AnswerRefused> };
      await noteRefusal(state, act, (recorded as AnswerRefused).why);
    }
    const waited = await unlessResolved(state, () => sleep(seconds * 1_000, { summary: 'the hands are asked again' }));
    if ('resolution' in waited) return waited.resolution;
  }
}
