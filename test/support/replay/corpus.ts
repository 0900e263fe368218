import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { historyFromJSON, historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { problemsAgainstCommands, problemsAgainstHistory } from './compare.js';
import type { PlainObject } from './plain.js';
import type { Subject } from './replay.js';
import { replayAll } from './replay.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
export const corpusFolder = join(root, 'test/replay/histories');

/** A shipped history, with what it cannot hold itself. */
export interface Recording extends Subject {
  readonly name: string;
  readonly commands: readonly PlainObject[];
}

/** A folder for each, with its history and its commands. */
export function recordingNames(): string[] {
  return existsSync(corpusFolder) ? readdirSync(corpusFolder).sort() : [];
}

export function readRecording(name: string): Recording {
  const read = (file: string): unknown => JSON.parse(readFileSync(join(corpusFolder, name, file), 'utf8'));
  const { workflowId, commands } = read('commands.json') as Pick<Recording, 'workflowId' | 'commands'>;
  return { name, workflowId, commands, history: historyFromJSON(read('history.json')) };
}

/** A shipped history is only ever added: a second one of the same path gets a number. */
function freeName(path: string): string {
  const taken = new Set(recordingNames());
  if (!taken.has(path)) return path;
  for (let version = 2; ; version += 1) if (!taken.has(`${path}.v${version}`)) return `${path}.v${version}`;
}

function assertNothingLocal(text: string): void {
  for (const local of [root.replace(/\/$/, ''), hostname()])
    if (local.length > 3 && text.includes(local))
      throw new Error(`the history names ${local}: a recording says nothing about the machine it was made on`);
}

/** Replays the history once, to write down its commands; refuses one that does not replay. Returns the name it got. */
export async function keepRecording(code: string, path: string, subject: Subject): Promise<string> {
  const [replayed] = await replayAll(code, [subject]);
  const problems = [replayed?.error, ...problemsAgainstHistory(replayed?.commands ?? [], subject.history)].filter(
    (text) => text !== undefined,
  );
  if (problems.length > 0) throw new Error(`${path} does not replay: ${problems.join('; ')}`);
  const name = freeName(path);
  const history = JSON.stringify(JSON.parse(historyToJSON(subject.history)), undefined, 2);
  const commands = JSON.stringify({ workflowId: subject.workflowId, commands: replayed?.commands }, undefined, 1);
  // Payloads are base64 in a history; the commands show what is in them.
  assertNothingLocal(`${commands}${Buffer.from(history).toString()}${payloadTexts(history)}`);
  mkdirSync(join(corpusFolder, name), { recursive: true });
  writeFileSync(join(corpusFolder, name, 'history.json'), `${history}\n`, { flag: 'wx' });
  writeFileSync(join(corpusFolder, name, 'commands.json'), `${commands}\n`, { flag: 'wx' });
  return name;
}

function payloadTexts(history: string): string {
  return [...history.matchAll(/"data": "([^"]+)"/g)].map(([, base64]) => Buffer.from(base64 ?? '', 'base64').toString()).join('\n');
}

/** Strict replay of recordings: by name, what is wrong; empty where nothing is. */
export async function strictProblems(code: string, recordings: readonly Recording[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const replayed = await replayAll(code, recordings);
  return new Map(
    recordings.map(({ name, history, commands: recorded }, index) => {
      const { error, commands } = replayed[index]!;
      const problems = [...problemsAgainstHistory(commands, history), ...problemsAgainstCommands(commands, recorded)];
      return [name, [...(error === undefined ? [] : [error]), ...problems]];
    }),
  );
}
