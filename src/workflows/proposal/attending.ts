import { CancellationScope, condition } from '@temporalio/workflow';
import type { CountedDecision } from '../../contract/activities.js';
import type { Decision } from '../../domain/approval/decision.js';
import type { CaseFile } from './state.js';
import type { StillOpen } from './deciding.js';
import { answerLate } from './deciding.js';
import type { Inbox } from './inbox.js';

/** A human's word on a run that nothing else settled (spec X9). */
export interface Resolution {
  readonly state: 'resolved';
  readonly outcome: 'completed' | 'failed';
  readonly by: string;
  readonly reason: string;
}

export function isResolution(value: unknown): value is Resolution {
  return typeof value === 'object' && value !== null && (value as Partial<Resolution>).state === 'resolved';
}

export function toResolution({ kind, outcome, by, reason }: Decision): Resolution | undefined {
  return kind === 'resolve' && outcome !== undefined ? { state: 'resolved', outcome, by, reason: reason ?? '' } : undefined;
}

/** Answers messages while `work` goes on; what is still open to say is judged and may be taken. */
export async function whileAttending<T>(file: CaseFile, inbox: Inbox, open: StillOpen, work: Promise<T>): Promise<T> {
  let done = false;
  const attend = async () => {
    while (!done) {
      await condition(() => inbox.hasMail || done);
      await answerLate(file, inbox, open);
    }
  };
  const attending = attend();
  try {
    return await work;
  } finally {
    done = true;
    await attending;
  }
}

/** Does `work`, unless a human settles the matter meanwhile: then the work is cancelled, and that word is the answer. */
export async function unlessResolved<T>(file: CaseFile, inbox: Inbox, work: () => Promise<T>): Promise<T | Resolution> {
  const scope = new CancellationScope({ cancellable: true });
  const word: { resolution?: Resolution } = {};
  const accept = (decision: CountedDecision) => {
    const resolution = toResolution(decision);
    if (resolution === undefined || word.resolution !== undefined) return false;
    word.resolution = resolution;
    scope.cancel();
    return true;
  };
  try {
    const result = await whileAttending(file, inbox, { kinds: ['resolve'], accept }, scope.run(work));
    return word.resolution ?? result;
  } catch (error) {
    if (word.resolution !== undefined) return word.resolution;
    throw error;
  }
}
