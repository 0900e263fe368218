import { lstatSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isScratchName } from '../workspace/scratch-name.js';

/** One bwrap that holds a workspace: the outer one, or the first process inside, which is a copy of it. */
export interface SandboxProcess {
  readonly pid: number;
  readonly parent: number;
  /** With the pid it names a process for ever: pids are used again. */
  readonly startTicks: string;
  readonly workspace: string;
  /** The worker that started it is gone. */
  readonly isStale: boolean;
}

function text(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function statOf(pid: number): { readonly parent: number; readonly startTicks: string } | undefined {
  const stat = text(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (stat === '' || fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return { parent: Number(fields[1]), startTicks: fields[19] ?? '' };
}

/** Workers and `ubos` start sandboxes, both of them node; what inherits orphans (init, a user's systemd, a container's tini) is not. */
function isNode(pid: number): boolean {
  try {
    const program = readlinkSync(`/proc/${pid}/exe`);
    return program === process.execPath || basename(program).startsWith('node');
  } catch {
    // Gone, or another account's: no worker of ours.
    return false;
  }
}

/** The workspace on a command line that our profile made, or undefined. */
function workspaceIn(words: readonly string[]): string | undefined {
  if (!words.includes('--json-status-fd')) return undefined;
  const options = words.slice(0, words.indexOf('--'));
  const at = options.findIndex((word, index) => word === '--bind' && options[index + 2] === '/workspace');
  return at < 0 ? undefined : options[at + 1];
}

const uidOf = (pid: number) => lstatSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid;

/**
 * The sandboxes that run on this host in a workspace that `isMeant` names, of the accounts `uids`. An action may give itself such a command
 * line, too: it then has itself named, and nobody else.
 */
export function sandboxProcesses(isMeant: (workspace: string) => boolean, uids: readonly number[]): SandboxProcess[] {
  const found = new Map<number, Omit<SandboxProcess, 'isStale'>>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const workspace = workspaceIn(text(`/proc/${name}/cmdline`).split('\0'));
    if (workspace === undefined || !isMeant(workspace)) continue;
    const stat = statOf(pid);
    const uid = uidOf(pid);
    if (stat !== undefined && uid !== undefined && uids.includes(uid)) found.set(pid, { pid, workspace, ...stat });
  }
  const top = (each: Omit<SandboxProcess, 'isStale'>): Omit<SandboxProcess, 'isStale'> => {
    const above = found.get(each.parent);
    return above === undefined ? each : top(above);
  };
  return [...found.values()].map((each) => ({ ...each, isStale: !isNode(top(each).parent) }));
}

/** What previews and staged actions run in: `scratch-PID-TICKS-xxxxxx/workspace`. */
const isScratch = (workspace: string, root: string) =>
  basename(workspace) === 'workspace' && isScratchName(basename(dirname(workspace))) && dirname(dirname(workspace)) === root;

/** Sandboxes of workspaces that lie directly in this folder, and of copies of them. */
export const sandboxesBelow = (root: string, uids: readonly number[]): SandboxProcess[] =>
  sandboxProcesses((workspace) => dirname(workspace) === root || isScratch(workspace, root), uids);

/** Kills exactly this process, and waits a moment until it is gone; the first process inside takes all others with it. */
export async function killSandbox({ pid, startTicks }: SandboxProcess): Promise<boolean> {
  const isThere = () => statOf(pid)?.startTicks === startTicks;
  try {
    if (isThere()) process.kill(pid, 'SIGKILL');
  } catch {
    // Gone in between, or not ours to kill: what counts is whether it is there.
  }
  for (let look = 0; look < 100 && isThere(); look += 1) await pause(10);
  return !isThere();
}
