import type { Plain, PlainObject } from './plain.js';
import { differingPlaces, plain } from './plain.js';
import type { History } from './replay.js';

/** How one kind of command shows in a history. Paths: where the command and where the event holds the same fact. */
interface Kind {
  readonly command: string;
  readonly event: string;
  /** What pairs a command with its event; without it, the place among its like. */
  readonly id?: readonly [string, string];
  readonly facts: Readonly<Record<string, readonly [string, string]>>;
  /** Filled in by the server where the command says nothing; the command file still sees every change of them. */
  readonly serverFills?: readonly string[];
  /** Core drops a command that is taken back in the same workflow task, together with what takes it back. */
  readonly takenBackBy?: string;
  /** Which commands and events of this type count. */
  readonly only?: readonly [string, string];
}

const kinds: readonly Kind[] = [
  {
    command: 'scheduleActivity',
    event: 'activityTaskScheduledEventAttributes',
    id: ['activityId', 'activityId'],
    facts: {
      type: ['activityType', 'activityType.name'],
      queue: ['taskQueue', 'taskQueue.name'],
      args: ['arguments', 'input.payloads'],
      headers: ['headers', 'header.fields'],
      startToClose: ['startToCloseTimeout', 'startToCloseTimeout'],
      heartbeat: ['heartbeatTimeout', 'heartbeatTimeout'],
      scheduleToStart: ['scheduleToStartTimeout', 'scheduleToStartTimeout'],
      scheduleToClose: ['scheduleToCloseTimeout', 'scheduleToCloseTimeout'],
      initialInterval: ['retryPolicy.initialInterval', 'retryPolicy.initialInterval'],
      backoff: ['retryPolicy.backoffCoefficient', 'retryPolicy.backoffCoefficient'],
      maximumInterval: ['retryPolicy.maximumInterval', 'retryPolicy.maximumInterval'],
      maximumAttempts: ['retryPolicy.maximumAttempts', 'retryPolicy.maximumAttempts'],
      nonRetryable: ['retryPolicy.nonRetryableErrorTypes', 'retryPolicy.nonRetryableErrorTypes'],
    },
    serverFills: ['scheduleToStart', 'scheduleToClose', 'initialInterval', 'backoff', 'maximumInterval'],
    takenBackBy: 'requestCancelActivity',
  },
  {
    // The marker holds neither arguments nor time-outs: those are in the command file only.
    command: 'scheduleLocalActivity',
    event: 'markerRecordedEventAttributes',
    id: ['activityId', 'details.data.payloads.0.json/plain.activity_id'],
    facts: { type: ['activityType', 'details.data.payloads.0.json/plain.activity_type'] },
  },
  {
    command: 'startTimer',
    event: 'timerStartedEventAttributes',
    id: ['seq', 'timerId'],
    facts: { duration: ['startToFireTimeout', 'startToFireTimeout'] },
    takenBackBy: 'cancelTimer',
  },
  {
    command: 'upsertWorkflowSearchAttributes',
    event: 'upsertWorkflowSearchAttributesEventAttributes',
    facts: { attributes: ['searchAttributes.indexedFields', 'searchAttributes.indexedFields'] },
  },
  {
    command: 'startChildWorkflowExecution',
    event: 'startChildWorkflowExecutionInitiatedEventAttributes',
    id: ['workflowId', 'workflowId'],
    facts: {
      type: ['workflowType', 'workflowType.name'],
      queue: ['taskQueue', 'taskQueue.name'],
      args: ['input', 'input.payloads'],
      headers: ['headers', 'header.fields'],
      closePolicy: ['parentClosePolicy', 'parentClosePolicy'],
      reusePolicy: ['workflowIdReusePolicy', 'workflowIdReusePolicy'],
      attributes: ['searchAttributes.indexedFields', 'searchAttributes.indexedFields'],
      memo: ['memo', 'memo.fields'],
      executionTimeout: ['workflowExecutionTimeout', 'workflowExecutionTimeout'],
      runTimeout: ['workflowRunTimeout', 'workflowRunTimeout'],
    },
    serverFills: ['executionTimeout', 'runTimeout'],
  },
  {
    command: 'updateResponse',
    event: 'workflowExecutionUpdateCompletedEventAttributes',
    facts: { answer: ['completed', 'outcome.success.payloads.0'] },
    only: ['completed', 'outcome'],
  },
  {
    command: 'completeWorkflowExecution',
    event: 'workflowExecutionCompletedEventAttributes',
    facts: { result: ['result', 'result.payloads.0'] },
  },
];

function at(value: Plain | undefined, path: string): Plain | undefined {
  let found = value;
  for (const name of path.split('.')) found = (found as PlainObject | undefined)?.[name];
  return found;
}

/**
 * A query that comes while a local activity runs makes Core end the workflow task early, and hand over that activity's result in the next one,
 * with that one's time; replay hands it over with the time of its marker (Core of SDK 1.24). So what is told by the clock differs by
 * milliseconds between a run that was asked and its replay: `loose` looks at everything but moments and lengths of timers.
 */
export type Clock = 'exact' | 'loose';

const moment = /\d{4}-\d{2}-\d{2}T[\d:.]+Z/g;

function told(value: Plain | undefined, clock: Clock): Plain | undefined {
  return clock === 'exact' || value === undefined ? value : (JSON.parse(JSON.stringify(value).replace(moment, 'a moment')) as Plain);
}

function differences({ facts, serverFills = [] }: Kind, command: PlainObject, event: PlainObject, clock: Clock): string[] {
  return Object.entries(facts).flatMap(([name, [inCommand, inEvent]]) => {
    if (clock === 'loose' && name === 'duration') return [];
    const [asked, written] = [told(at(command, inCommand), clock), told(at(event, inEvent), clock)];
    return asked === undefined && serverFills.includes(name) ? [] : differingPlaces(asked, written, name);
  });
}

function compareKind(kind: Kind, commands: readonly PlainObject[], events: readonly PlainObject[], clock: Clock): string[] {
  const only =
    ([wanted]: readonly [string | undefined]) =>
    (item: PlainObject) =>
      wanted === undefined || at(item, wanted) !== undefined;
  const pick = (items: readonly PlainObject[], name: string, wanted: string | undefined) =>
    items.flatMap((item) => (item[name] === undefined ? [] : [item[name] as PlainObject])).filter(only([wanted]));
  const asked = pick(commands, kind.command, kind.only?.[0]);
  const written = pick(events, kind.event, kind.only?.[1]);
  const key = (side: 0 | 1) => (item: PlainObject, place: number) =>
    kind.id === undefined ? String(place) : JSON.stringify(at(item, kind.id[side])).replaceAll('"', '');
  const byId = new Map(written.map((event, place) => [key(1)(event, place), event]));
  const takenBack = new Set(
    kind.takenBackBy === undefined ? [] : pick(commands, kind.takenBackBy, undefined).map((item) => at(item, 'seq')),
  );
  const problems = asked.flatMap((command, place) => {
    const name = `${kind.command} ${key(0)(command, place)}`;
    const event = byId.get(key(0)(command, place));
    byId.delete(key(0)(command, place));
    if (event !== undefined) return differences(kind, command, event, clock).map((difference) => `${name}: ${difference}`);
    return takenBack.has(at(command, 'seq')) ? [] : [`${name}: the history has no such event`];
  });
  return [...problems, ...[...byId.keys()].map((left) => `${kind.command} ${left}: in the history, but not asked for`)];
}

/** Compares what replay schedules with what the server wrote down when it happened: types, arguments, time-outs, retries, timers, result. */
export function problemsAgainstHistory(commands: readonly PlainObject[], history: History, clock: Clock = 'exact'): string[] {
  const events = (history.events ?? []).map((event) => (plain(event) ?? {}) as PlainObject);
  return kinds.flatMap((kind) => compareKind(kind, commands, events, clock));
}

/** Compares with the commands recorded beside the history: everything, local activities' arguments and time-outs included. */
export function problemsAgainstCommands(commands: readonly PlainObject[], recorded: readonly PlainObject[]): string[] {
  return differingPlaces(commands, recorded, 'command').slice(0, 20);
}
