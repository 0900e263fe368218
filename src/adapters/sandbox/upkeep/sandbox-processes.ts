import { closeSync, openSync, readFileSync, readSync, readdirSync, readlinkSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { setImmediate as otherWork, setTimeout as pause } from 'node:timers/promises';
import { isStillThere, killFirstProcess, threadsOf } from '../run/first-process.js';
import { parseStat } from '../usage/process-tree.js';
import { proposalOfWorkspace } from '../workspace/places.js';
import { isScratchName } from '../workspace/scratch-name.js';
import { mountsIn, workspacesMounted } from './workspace-mount.js';

/** Looked at between two turns of the event loop: a host may have ten thousand processes. */
const processesAtOnce = 32;

/** One process that holds a workspace: the outer bwrap, or the first process inside. */
export interface SandboxProcess {
  readonly pid: number;
  readonly parent: number;
  /** With the pid it names a process for ever: pids are used again. */
  readonly startTicks: string;
  readonly workspace: string;
  /** The first process inside; else the outer bwrap. */
  readonly isInside: boolean;
  /** The worker that started it is gone, or its outer bwrap is. */
  readonly isStale: boolean;
  /** The first process inside, without its bwrap: it ends within moments, or somebody waits for that, or it was taken over. */
  readonly isAlone: boolean;
}

function text(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Undefined where nothing of it can do anything any more. */
function statOf(pid: number): { readonly parent: number; readonly startTicks: string } | undefined {
  const { parent, startTicks } = parseStat(text(`/proc/${pid}/stat`));
  return startTicks !== '' && isStillThere({ pid, startTicks }) ? { parent, startTicks } : undefined;
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

type Found = Omit<SandboxProcess, 'isStale' | 'isAlone'>;

/** Numbers of a process, from the namespace of this /proc inwards, and the account that it really has: also of one that made itself undumpable. */
function identityOf(status: string): { readonly uid: number; readonly numbers: readonly string[] } {
  const line = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1]?.split(/\s+/) ?? [];
  return { uid: Number(line('Uid')[0] ?? Number.NaN), numbers: line('NSpid') };
}

/** One for all: text of the processes that nobody means would be most of what fills the guard's memory while it ends something. */
const statusPage = Buffer.alloc(8_192);
const uidName = '\nUid:\t';

/** Whether it may be one of these accounts, without text of the others; true where that cannot be told. */
function mayBeOf(pid: number, uids: readonly number[]): boolean {
  let file: number | undefined;
  try {
    file = openSync(`/proc/${pid}/status`, 'r');
    const length = readSync(file, statusPage, 0, statusPage.length, 0);
    const at = statusPage.indexOf(uidName, 0, 'latin1');
    if (at < 0 || at >= length) return true;
    const from = at + uidName.length;
    return uids.includes(Number(statusPage.toString('latin1', from, statusPage.indexOf('\t', from, 'latin1'))));
  } catch {
    return true;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** A first thread that has left shows none any more; those that go on without it do. */
function mountinfoOf(pid: number): string {
  const own = text(`/proc/${pid}/mountinfo`);
  if (own !== '') return own;
  return threadsOf(pid).reduce((found, thread) => (found === '' ? text(`${thread}/mountinfo`) : found), '');
}

/** An inner process is known by what is mounted, which it cannot change; the outer one is ours, so its command line is true. */
function candidate(
  pid: number,
  depth: number,
  uids: readonly number[],
): { readonly isInside: boolean; readonly mountinfo?: string } | undefined {
  if (!mayBeOf(pid, uids)) return undefined;
  const { uid, numbers } = identityOf(text(`/proc/${pid}/status`));
  if (!uids.includes(uid)) return undefined;
  if (numbers.length <= depth) return { isInside: false };
  return numbers.at(-1) === '1' ? { isInside: true, mountinfo: mountinfoOf(pid) } : undefined;
}

/**
 * The sandboxes that run on this host in a workspace that `isMeant` names, of the accounts `uids`. A process of the host may give itself such a
 * command line, too: it then has itself named, and nobody else.
 */
export async function sandboxProcesses(isMeant: (workspace: string) => boolean, uids: readonly number[]): Promise<SandboxProcess[]> {
  const own = mountsIn(text('/proc/self/mountinfo'));
  const depth = identityOf(text('/proc/self/status')).numbers.length;
  const found = new Map<number, Found>();
  const lookAt = (pid: number) => {
    const each = candidate(pid, depth, uids);
    if (each === undefined) return;
    const { isInside, mountinfo } = each;
    const workspaces =
      mountinfo === undefined ? [workspaceIn(text(`/proc/${pid}/cmdline`).split('\0'))] : workspacesMounted(mountinfo, own);
    const workspace = workspaces.find((path) => path !== undefined && isMeant(path));
    const stat = workspace === undefined ? undefined : statOf(pid);
    if (workspace !== undefined && stat !== undefined) found.set(pid, { pid, workspace, isInside, ...stat });
  };
  for (const [index, pid] of readdirSync('/proc').map(Number).filter(Number.isInteger).entries()) {
    if (index % processesAtOnce === 0) await otherWork();
    lookAt(pid);
  }
  const top = (each: Found): Found => {
    const above = found.get(each.parent);
    return above === undefined ? each : top(above);
  };
  return [...found.values()].map((each) => {
    const highest = top(each);
    const isAlone = highest.isInside;
    return { ...each, isAlone, isStale: isAlone || !isNode(highest.parent) };
  });
}

/** What previews and staged actions run in: `scratch-PID-TICKS-xxxxxx/workspace`. */
const isScratch = (workspace: string, root: string) =>
  basename(workspace) === 'workspace' && isScratchName(basename(dirname(workspace))) && dirname(dirname(workspace)) === root;

/** Sandboxes of workspaces below this folder, and of copies of them. */
export const sandboxesBelow = (root: string, uids: readonly number[]): Promise<SandboxProcess[]> =>
  sandboxProcesses((workspace) => proposalOfWorkspace(root, workspace) !== undefined || isScratch(workspace, root), uids);

/** Kills exactly this process, and waits a moment until it is gone; the first process inside takes all others with it. */
export async function killSandbox({ pid, startTicks }: Pick<SandboxProcess, 'pid' | 'startTicks'>): Promise<boolean> {
  killFirstProcess({ pid, startTicks });
  for (let look = 0; look < 100 && isStillThere({ pid, startTicks }); look += 1) await pause(10);
  return !isStillThere({ pid, startTicks });
}
