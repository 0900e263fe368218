import { CancellationScope, condition } from '@temporalio/workflow';
import type { CountedDecision } from '../../contract/activities.js';
import type { Decision } from '../../domain/approval/decision.js';
import type { StillOpen } from './answering.js';
import { answerLate } from './answering.js';
import type { ProposalState } from './state.js';

/** What a human says of a run that nothing else settled (spec X9). */
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
export async function whileAttending<T>(state: ProposalState, open: StillOpen, work: Promise<T>): Promise<T> {
  let done = false;
  const attend = async () => {
    while (!done && open.isOver?.() !== true) {
      await condition(() => state.inbox.hasMessages || done);
      await answerLate(state, open);
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

/** The two are told apart by where they came from: what `work` brings may look like anything. */
export type Attended<T> = { readonly resolution: Resolution } | { readonly brought: T };

/** Does `work`, unless a human settles the matter meanwhile: then the work is cancelled, and what the human said is the answer. */
export async function unlessResolved<T>(state: ProposalState, work: () => Promise<T>): Promise<Attended<T>> {
  const scope = new CancellationScope({ cancellable: true });
  const said: { resolution?: Resolution } = {};
  const accept = (decision: CountedDecision) => {
    const resolution = toResolution(decision);
    if (resolution === undefined || said.resolution !== undefined) return false;
    said.resolution = resolution;
    scope.cancel();
    return true;
  };
  try {
    const brought = await whileAttending(state, { kinds: ['resolve'], accept }, scope.run(work));
    return said.resolution === undefined ? { brought } : { resolution: said.resolution };
  } catch (error) {
    if (said.resolution !== undefined) return { resolution: said.resolution };
    throw error;
  }
}
