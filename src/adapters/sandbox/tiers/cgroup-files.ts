import { readFileSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Account } from '../profile/account.js';
import { parseStat, readProc } from '../usage/process-tree.js';

/** Files of cgroups hold one number, or lines of a name and a number. */
export function numberIn(text: string, name = ''): number {
  return Number(new RegExp(`^${name === '' ? '' : `${name}[ =:]+`}(\\d+)`, 'm').exec(text)?.[1] ?? 0);
}

export function readCgroup(folder: string, file: string): string {
  try {
    return readFileSync(`${folder}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

export function writeCgroup(folder: string, file: string, value: number | string): void {
  writeFileSync(`${folder}/${file}`, String(value));
}

/** Over which a share of the CPU is counted: the kernel's own default. */
export const cpuPeriodMicroseconds = 100_000;
export const cpuQuotaMicroseconds = (percent: number): number => (percent * cpuPeriodMicroseconds) / 100;

/** Where a kind of cgroup is mounted, and which part of it: `/proc/self/mountinfo`, proc(5). */
export function cgroupMounts(
  mountinfo: string,
): { readonly kind: string; readonly root: string; readonly at: string; readonly options: readonly string[] }[] {
  return mountinfo.split('\n').flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ');
    const [, , , root = '', at = ''] = before.split(' ');
    const [kind = '', , options = ''] = after.split(' ');
    return kind === 'cgroup' || kind === 'cgroup2' ? [{ kind, root, at, options: options.split(',') }] : [];
  });
}

/** The worker's own cgroup of one controller, `''` for version 2, as a path of the host; undefined where it is not to be seen. */
export function ownCgroup(controller: string, mountinfo: string, cgroups: string): string | undefined {
  const mount = cgroupMounts(mountinfo).find(({ kind, options }) =>
    controller === '' ? kind === 'cgroup2' : options.includes(controller),
  );
  const line = cgroups.split('\n').find((each) => each.split(':')[1]?.split(',').includes(controller));
  const path = line?.split(':').slice(2).join(':');
  if (mount === undefined || path === undefined || path.startsWith('/..')) return undefined;
  const below = mount.root === '/' ? path : path.startsWith(mount.root) ? path.slice(mount.root.length) : undefined;
  return below === undefined ? undefined : `${mount.at}${below === '/' ? '' : below}`;
}

const leafPattern = /^janus-action-(\d+)-(\d+)-\d+$/;
const ownStartTicks = parseStat(readProc(process.pid, 'stat')).startTicks;
let leaves = 0;

/** Names its worker, so that others can tell whether it is gone. */
export function leafName(): string {
  leaves += 1;
  return `janus-action-${process.pid}-${ownStartTicks}-${leaves}`;
}

/** Whether a folder is the leaf of a worker that is gone. */
export function isStaleLeaf(name: string): boolean {
  const [, pid = '', startTicks = ''] = leafPattern.exec(name) ?? [];
  return pid !== '' && parseStat(readProc(Number(pid), 'stat')).startTicks !== startTicks;
}

/** Whether a folder is a leaf of this worker. */
export const leavesOf = (pid: number, startTicks: string): ((name: string) => boolean) => {
  const prefix = `janus-action-${pid}-${startTicks}-`;
  return (name) => name.startsWith(prefix) && leafPattern.test(name);
};

const processesIn = (folder: string) => readCgroup(folder, 'cgroup.procs').split('\n').filter(Boolean).map(Number);

/** What was forked while the list was read is in the next one; what has SIGKILL pending forks no more, so this comes to an end. */
function killOneByOne(folder: string): void {
  const killed = new Set<number>();
  for (;;) {
    const fresh = processesIn(folder).filter((pid) => !killed.has(pid));
    if (fresh.length === 0) return;
    for (const pid of fresh) {
      killed.add(pid);
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended by itself.
      }
    }
  }
}

/** SIGKILL for all that is in the leaf, at once where the kernel has `cgroup.kill` (version 2, Linux 5.14). */
export function killIn(folder: string): void {
  try {
    writeCgroup(folder, 'cgroup.kill', 1);
  } catch {
    killOneByOne(folder);
  }
}

const removeMilliseconds = 5_000;

/** EBUSY until the kernel has let go of the last process. False where something stays. */
export async function removeLeaf(folder: string): Promise<boolean> {
  for (const end = Date.now() + removeMilliseconds; Date.now() < end; await pause(2)) {
    try {
      rmdirSync(folder);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
      killIn(folder);
    }
  }
  return false;
}

/** Kills and removes what workers left behind that are gone. Returns how many leaves there were. */
export async function removeStaleLeaves(parents: readonly string[]): Promise<number> {
  let removed = 0;
  for (const parent of parents) {
    for (const name of readdirSync(parent)) {
      if (isStaleLeaf(name) && (await removeLeaf(`${parent}/${name}`))) removed += 1;
    }
  }
  return removed;
}

/** Enters before anything of the action exists: 0 means the writer itself. What cannot be entered ends with 125, and nothing has run. */
const enterScript = 'while [ "$1" != -- ]; do echo 0 >"$1" || exit 125; shift; done; shift; exec "$@"';

/** The argv that enters cgroups by these files, then becomes the account where one is given, then what follows. */
export function enterArgs(files: readonly string[], become?: Account): string[] {
  const setpriv =
    become === undefined ? [] : ['/usr/bin/setpriv', `--reuid=${become.uid}`, `--regid=${become.gid}`, '--clear-groups', '--'];
  return ['/bin/sh', '-c', enterScript, 'janus-enter', ...files, '--', ...setpriv];
}
