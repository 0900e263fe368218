import { beforeAll, describe, expect, it } from '@jest/globals';
import { quietRuntime } from '../support/bench/server.js';
import type { Recording } from '../support/replay/corpus.js';
import { readRecording, recordingNames, strictProblems } from '../support/replay/corpus.js';
import { paths } from '../support/replay/paths.js';
import type { Plain, PlainObject } from '../support/replay/plain.js';
import { replayBundle } from '../support/replay/replay-bundle.js';

const recordings = recordingNames().map(readRecording);
let code: string;
let problems: ReadonlyMap<string, readonly string[]>;
beforeAll(async () => {
  quietRuntime();
  code = await replayBundle();
  problems = await strictProblems(code, recordings);
});

describe('shipped histories (spec Q1)', () => {
  it('hold every path', () => {
    const shipped = new Set(recordings.map(({ name }) => name.replace(/\.v\d+$/, '')));
    expect([...shipped].sort()).toEqual(paths.map(({ name }) => name).sort());
  });

  it.each(recordings.map(({ name }) => name))('%s replays with the same types, arguments, time-outs, timers and result', (name) => {
    expect(problems.get(name)).toEqual([]);
  });
});

/** What was recorded as if it had been different: a comparison that finds nothing then would find nothing ever. */
function tampered(recording: Recording, change: (commands: PlainObject[]) => void): Recording {
  const commands = JSON.parse(JSON.stringify(recording.commands)) as PlainObject[];
  change(commands);
  return { ...recording, commands };
}

function set(commands: PlainObject[], kind: string, path: readonly string[], value: Plain): void {
  let target = commands.find((command) => command[kind] !== undefined)?.[kind] as Record<string, Plain>;
  for (const name of path.slice(0, -1)) target = target[name] as Record<string, Plain>;
  target[path.at(-1)!] = value;
}

describe('the comparison (spec Q1)', () => {
  const approved = () => recordings.find(({ name }) => name === 'approved')!;

  it.each([
    {
      what: "a local activity's argument",
      kind: 'scheduleLocalActivity',
      path: ['arguments', '0', 'json/plain', 'identity', 'workflowId'],
    },
    { what: "a local activity's time-out", kind: 'scheduleLocalActivity', path: ['startToCloseTimeout', 'seconds'] },
    { what: 'a time-out', kind: 'scheduleActivity', path: ['startToCloseTimeout', 'seconds'] },
    { what: 'a retry policy', kind: 'scheduleActivity', path: ['retryPolicy', 'backoffCoefficient'] },
    { what: 'a task queue', kind: 'scheduleActivity', path: ['taskQueue'] },
    { what: 'a timer', kind: 'startTimer', path: ['startToFireTimeout', 'seconds'] },
    { what: 'the result', kind: 'completeWorkflowExecution', path: ['result', 'json/plain', 'status'] },
  ])('with the command file notices $what', async ({ kind, path }) => {
    const other = tampered(approved(), (commands) => set(commands, kind, path, 'something else'));
    expect((await strictProblems(code, [other])).get('approved')).toHaveLength(1);
  });

  it('with the command file notices a command too few and one too many', async () => {
    const shorter = tampered(approved(), (commands) => void commands.pop());
    const longer = tampered(approved(), (commands) => void commands.push({ startTimer: { seq: 9 } }));
    expect((await strictProblems(code, [shorter])).get('approved')).toHaveLength(1);
    expect((await strictProblems(code, [longer])).get('approved')).toHaveLength(1);
  });

  it.each([
    { what: 'a time-out', event: 'activityTaskScheduledEventAttributes', field: 'heartbeatTimeout' },
    { what: "an activity's arguments", event: 'activityTaskScheduledEventAttributes', field: 'input' },
    { what: 'a timer', event: 'timerStartedEventAttributes', field: 'startToFireTimeout' },
    { what: 'an attribute', event: 'upsertWorkflowSearchAttributesEventAttributes', field: 'searchAttributes' },
    { what: 'the result', event: 'workflowExecutionCompletedEventAttributes', field: 'result' },
  ] as const)('with the history notices $what', async ({ event, field }) => {
    const recording = readRecording('approved');
    const attributes = recording.history.events?.find((candidate) => candidate[event])?.[event] as unknown as Record<string, unknown>;
    delete attributes[field];
    expect((await strictProblems(code, [recording])).get('approved')).toContainEqual(expect.stringContaining('expected nothing'));
  });
});
