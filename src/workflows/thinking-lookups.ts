import { ActivityFailure, isCancellation, proxyActivities } from '@temporalio/workflow';
import type { RunIdentity, ScheduledInput } from '../contract/activities.js';
import type { CycleReport, Gathered, MindActivities, Vouched } from '../contract/cycle.js';
import type { LookupTicket } from '../contract/lookups.js';
import { queues } from '../contract/names.js';
import { recordAlways, thinking, untilRecorded } from './recording.js';

interface LookingUp {
  readonly identity: RunIdentity;
  readonly input: ScheduledInput;
  readonly gathered: Vouched<Gathered>;
}

interface Informed {
  /** As it was, where nobody was asked. */
  readonly gathered: Vouched<Gathered>;
  readonly lookups: NonNullable<CycleReport['lookups']>;
}

/** So much longer than the answers themselves may their activity take. */
const graceSeconds = 5;

const askingOf = ({ vessel }: ScheduledInput, tickets: readonly LookupTicket[]) => {
  const seconds = Math.max(...tickets.map((ticket) => ticket.seconds)) + graceSeconds;
  return proxyActivities<Pick<MindActivities, 'lookUp'>>({
    taskQueue: queues.mind(vessel),
    startToCloseTimeout: seconds * 1_000,
    scheduleToCloseTimeout: 2 * seconds * 1_000 + 60_000,
    // The server cuts it to the whole time, and a replay compares what was asked for.
    heartbeatTimeout: Math.min(15, seconds) * 1_000,
    // A second attempt never asks again: it gets the answers that were kept.
    retry: { initialInterval: '1 second', maximumAttempts: 2 },
    summary: 'ask oracles what missions want to know',
  });
};

/** Asks what missions want to know, each question with a ticket. Whatever goes wrong costs the answers and nothing else (spec T8). */
export async function lookUp({ identity, input, gathered }: LookingUp): Promise<Informed> {
  if ((gathered.found.lookups ?? []).length === 0) return { gathered, lookups: [] };
  const { workflowId, firstRunId } = identity;
  const { tickets, refused } = await untilRecorded(() => thinking.issueLookups({ identity, input, gathered }));
  const closed = refused.map(({ oracle, query, why }) => ({ oracle, query, outcome: `not asked: ${why}` }));
  if (tickets.length === 0) return { gathered, lookups: closed };
  try {
    const informed = await askingOf(input, tickets).lookUp({ run: { workflowId, firstRunId }, gathered, tickets });
    await recordAlways(() => thinking.recordLookups({ identity, input, gathered: informed }));
    const asked = (informed.found.lookedUp ?? []).map(({ answer }) => ({
      ...{ oracle: answer.oracle, query: answer.query },
      outcome: answer.kind === 'answered' ? answer.kind : `${answer.code}: ${answer.why}`,
    }));
    return { gathered: informed, lookups: [...asked, ...closed] };
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    const outcome = 'interrupted: its activity ended without an answer';
    return { gathered, lookups: [...tickets.map(({ oracle, query }) => ({ oracle, query, outcome })), ...closed] };
  }
}
