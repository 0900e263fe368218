import type { WorkflowHandle } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { problemsAgainstHistory } from './compare.js';
import type { PlainObject } from './plain.js';

export type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;

export interface Subject {
  /** The real one: children's ids and much else hang on it. */
  readonly workflowId: string;
  readonly history: History;
}

export interface Replayed {
  readonly workflowId: string;
  /** Everything that the workflow asked for, in order. */
  readonly commands: readonly PlainObject[];
  /** What Core itself objects to: other commands, or another order, than the history has. */
  readonly error: string | undefined;
}

const replayName = 'janus-replay';
/** A replay worker's own queue, which children inherit in place of the real one. */
const replayQueue = new RegExp(`"${replayName}-\\d+"`, 'g');

const startOf = ({ history }: Subject) => history.events?.[0]?.workflowExecutionStartedEventAttributes;

/** Replays histories against a bundle made by `replayBundle`. One worker for all: the first replay costs most of the time. */
export async function replayAll(code: string, subjects: readonly Subject[]): Promise<Replayed[]> {
  const queues = new Map(subjects.map((subject) => [startOf(subject)?.originalExecutionRunId, startOf(subject)?.taskQueue?.name]));
  const commands = new Map<string, PlainObject[]>();
  const command = {
    callDuringReplay: true,
    fn: ({ runId }: { runId: string }, text: string) => {
      const real = text.replace(replayQueue, JSON.stringify(queues.get(runId)));
      commands.set(runId, [...(commands.get(runId) ?? []), JSON.parse(real) as PlainObject]);
    },
  };
  const results = Worker.runReplayHistories({ workflowBundle: { code }, replayName, sinks: { recording: { command } } }, subjects);
  const replayed: Replayed[] = [];
  for await (const { workflowId, runId, error } of results)
    replayed.push({ workflowId, commands: commands.get(runId) ?? [], error: error?.message });
  return replayed;
}

/** Everything wrong with replays of runs that were asked while they ran, and that have nothing but the history to be held against. */
export async function replayProblems(code: string, subjects: readonly Subject[]): Promise<string[]> {
  const replayed = await replayAll(code, subjects);
  return replayed.flatMap(({ workflowId, commands, error }, index) =>
    [...(error === undefined ? [] : [error]), ...problemsAgainstHistory(commands, subjects[index]!.history, 'loose')].map(
      (problem) => `${workflowId}: ${problem}`,
    ),
  );
}
