import type { Sha256 } from '../text/canonical.js';
import { endIn, isFailure, trailEvent } from './events.js';
import type { Projection } from './projection.js';
import { advance, noTimeYet } from './steady-time.js';

/** So many failed actions are too many within this time (spec G6). */
const charterFailures = 3;
export const pauseSeconds = 600;

/** Nothing starts, because too much failed; until a person says that it may go on. */
export interface Pause {
  /** Made of the records that it rests on: everybody who reads them comes to the same. */
  readonly id: string;
  /** When the last of them failed. ISO 8601. */
  readonly at: string;
  /** The proposals that failed, in order. */
  readonly proposals: readonly string[];
}

interface Failure {
  readonly proposalId: string;
  readonly record: string;
  /** Steady milliseconds. */
  readonly at: number;
}

/**
 * The last pause that the failures of the proposals log come to, whether or not it was lifted since. Each failure counts for one pause only. What an
 * emergency stop killed did not fail, and counts for none.
 */
export function createPause(sha256: Sha256, failuresMax: number = charterFailures): Projection<Pause | undefined> {
  let time = noTimeYet;
  let failures: readonly Failure[] = [];
  let last: Pause | undefined;
  const stopped = new Set<string>();
  return {
    apply({ id, timestamp, event_type: event, action_id: proposalId, reason }) {
      time = advance(time, Date.parse(timestamp));
      if (proposalId === undefined) return;
      if (event === trailEvent.actionInterrupted && reason === 'stopped') stopped.add(proposalId);
      const end = endIn(event);
      if (end === undefined) return;
      const wasStopped = stopped.delete(proposalId);
      if (wasStopped || !isFailure(end)) return;
      const recent = failures.filter(({ at }) => time.last - at < pauseSeconds * 1_000);
      failures = [...recent, { proposalId, record: `${id} ${timestamp}`, at: time.last }];
      if (failures.length < failuresMax) return;
      last = {
        id: `pause-${sha256(failures.map(({ record }) => record).join('\n')).slice(0, 12)}`,
        at: timestamp,
        proposals: failures.map((failure) => failure.proposalId),
      };
      failures = [];
    },
    forget() {
      time = noTimeYet;
      failures = [];
      last = undefined;
      stopped.clear();
    },
    snapshot: () => last,
  };
}
