import { endIn, trailEvent } from '../trail/events.js';
import type { LoggedLine } from './logged-line.js';
import type { RunFacts } from './run-facts.js';

/** A proposal that can go on no more, and of whose end the log has no word: for the log it is in flight for ever. */
export interface Unsettled {
  readonly proposalId: string;
  /** Absent where the server has forgotten it. */
  readonly runId?: string;
  readonly why: string;
}

const ends = ({ event }: LoggedLine) => endIn(event) !== undefined;

/** Terminated, timed out or failed; or forgotten by the server, which forgets nothing that runs. Undefined where the log says how it ended. */
export function unsettledOf(
  { proposalId, lines, runs }: { readonly proposalId: string; readonly lines: readonly LoggedLine[]; readonly runs: readonly RunFacts[] },
  isForgotten: boolean,
): Unsettled | undefined {
  const own = lines.filter(({ about }) => about === proposalId);
  if (!own.some(({ event }) => event === trailEvent.actionProposed) || own.some(ends)) return undefined;
  const ofIt = runs.filter(({ workflowId }) => workflowId === proposalId);
  if (ofIt.length === 0) return isForgotten ? { proposalId, why: 'the server has forgotten its workflow' } : undefined;
  // A reset ends one run and goes on as another.
  const outside = ofIt.findLast(({ state }) => state === 'outside');
  if (outside === undefined || ofIt.some(({ state }) => state === 'running')) return undefined;
  return { proposalId, runId: outside.runId, why: 'its workflow was ended from outside' };
}
