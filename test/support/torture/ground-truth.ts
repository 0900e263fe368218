import { existsSync } from 'node:fs';
import { appendFile, chmod, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { privateFolders } from '../../../src/adapters/sandbox/workspace/places.js';

/** One line that a running action wrote itself: the only witness that owes nothing to the code under test. */
export interface Effect {
  readonly what: 'begin' | 'end';
  readonly id: string;
  /** `step-0`, `undo-0`, ...; no two commands of a proposal share one. */
  readonly name: string;
  /** Milliseconds since the epoch, by the clock of the host. */
  readonly at: number;
  /** Another one in every process. */
  readonly nonce: string;
}

/**
 * A folder outside of workspaces and state, granted to the tool `mark`; whatever ran left its line there, and no rollback takes it away. A tool that
 * may write there has no low risk: `note` leaves its lines in its workspace.
 */
export interface GroundTruth {
  readonly folder: string;
  readonly file: string;
  /** The tools for agent.yaml and the grants for policy.json. */
  readonly tools: readonly Readonly<Record<string, unknown>>[];
  readonly grants: Readonly<Record<string, unknown>>;
  effects(): Promise<readonly Effect[]>;
}

/**
 * Of the file that is its first argument. `mark ID NAME SECONDS CODE`: appends a line, sleeps, appends a line, ends with the code. `happened ID NAME` is the probe: 0 where both lines are
 * there. Each line is one write of less than a page to a file opened with O_APPEND.
 */
const script = `#!/bin/bash
file=$1; shift
if [ "$1" = happened ]; then grep -q "^end $2 $3 " "$file"; exit $?; fi
say() { printf '%s %s %s %s %s\\n' "$1" "$2" "$3" "$EPOCHREALTIME" "$SRANDOM" >>"$file"; }
say begin "$1" "$2"
[ "$3" = 0 ] || sleep "$3"
say end "$1" "$2"
exit "$4"
`;

export function parseEffects(text: string): Effect[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [what = '', id = '', name = '', at = '', nonce = ''] = line.split(' ');
      if ((what !== 'begin' && what !== 'end') || nonce === '') throw new Error(`the ground truth holds ${JSON.stringify(line)}`);
      return { what, id, name, at: Number(at.replace(',', '.')) * 1_000, nonce };
    });
}

async function readNotes(workspaces: string): Promise<string[]> {
  const folders = existsSync(workspaces) ? privateFolders(workspaces) : [];
  const found = await Promise.all(folders.map(async (folder) => (await readdir(folder)).map((name) => join(folder, name, 'effects'))));
  return Promise.all(found.flat().map((file) => readFile(file, 'utf8').catch(() => '')));
}

export async function openGroundTruth(folder: string, workspaces: () => string): Promise<GroundTruth> {
  const [bin, data] = [join(folder, 'bin'), join(folder, 'data')];
  const [program, file] = [join(bin, 'mark.sh'), join(data, 'effects')];
  await mkdir(bin, { recursive: true });
  await mkdir(data);
  await writeFile(program, script);
  await appendFile(file, '');
  // Actions run as an account of their own.
  for (const path of [folder, bin, program]) await chmod(path, 0o755);
  await chmod(data, 0o777);
  await chmod(file, 0o666);
  return {
    folder,
    file,
    tools: [
      {
        name: 'mark',
        command: ['/bin/bash', program, file],
        description: 'Leaves a line in the ground truth',
        grants: ['truth', 'program'],
      },
      { name: 'note', command: ['/bin/bash', program, '/workspace/effects'], description: 'In its workspace', grants: ['program'] },
    ],
    grants: { truth: { path: data, writable: true }, program: { path: bin } },
    effects: async () => parseEffects([await readFile(file, 'utf8'), ...(await readNotes(workspaces()))].join('')),
  };
}
