import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { parentOf } from '../usage/process-tree.js';
import { createProcMeter } from './rlimit.js';
import {
  cpuPeriodMicroseconds,
  cpuQuotaMicroseconds,
  enterArgs,
  killIn,
  leafName,
  numberIn,
  ownCgroup,
  readCgroup,
  removeLeaf,
  writeCgroup,
} from './cgroup-files.js';
import type { Leaf, LeafRequest, Tier } from './tier.js';

const mebibyte = 1_048_576;
/** Ten times that of an action's leaf: the controls may not be late just when the actions want all processors. */
const workerWeight = 1_000;
/** Without these there is no such tier. */
const needed = ['memory', 'pids'];
const welcome = ['cpu', 'io'];
/** Where the worker itself goes: a cgroup with processes may not hand on controllers. */
const workerName = 'janus-worker';

const words = (text: string) => text.trim().split(/\s+/).filter(Boolean);

/** What this cgroup would have to have, and has not. */
export function lacksControllers(folder: string): readonly string[] {
  const controllers = words(readCgroup(folder, 'cgroup.controllers'));
  return needed.filter((controller) => !controllers.includes(controller));
}

/** Whether `pid` is the worker or was started by it; one that has ended meanwhile is nobody's. */
function isOurs(pid: number): boolean {
  for (let each: number | undefined = pid; each !== undefined && each > 1; each = parentOf(each)) if (each === process.pid) return true;
  return parentOf(pid) === undefined;
}

export interface Delegated {
  /** Leaves are made below. */
  readonly parent: string;
  /** The worker is in it itself, and has to go below before anything else. */
  readonly moves: boolean;
}

/**
 * The cgroup that was delegated to the worker, by `Delegate=yes` of its unit: its own, or the one above where it has moved already (also by
 * systemd's `DelegateSubgroup=`). It is delegated when it belongs to the worker's account; root owns all, so as root only the worker's own
 * processes may be in it.
 */
export function delegatedCgroup(
  mountinfo = readFileSync('/proc/self/mountinfo', 'utf8'),
  cgroups = readFileSync('/proc/self/cgroup', 'utf8'),
): Delegated | undefined {
  const own = ownCgroup('', mountinfo, cgroups);
  if (own === undefined) return undefined;
  const has = (folder: string) => lacksControllers(folder).length === 0;
  const above = dirname(own);
  const isSubgroup = basename(own) === workerName || !/\.(service|scope|slice)$/.test(own);
  if (isSubgroup && has(above) && readCgroup(above, 'cgroup.procs') === '' && /\.(service|scope)$/.test(above))
    return { parent: above, moves: false };
  if (!has(own)) return undefined;
  const uid = process.getuid?.() ?? 0;
  const strangers = uid === 0 && words(readCgroup(own, 'cgroup.procs')).some((pid) => !isOurs(Number(pid)));
  return !strangers && statSync(own).uid === uid ? { parent: own, moves: true } : undefined;
}

/** Moves the worker out of the way and hands its controllers on. Throws where the cgroup is not delegated: it may not be written. */
export function takeOver({ parent, moves }: Delegated): void {
  if (moves) {
    mkdirSync(`${parent}/${workerName}`, { recursive: true });
    for (const pid of words(readCgroup(parent, 'cgroup.procs'))) writeCgroup(`${parent}/${workerName}`, 'cgroup.procs', pid);
  }
  const offered = words(readCgroup(parent, 'cgroup.controllers'));
  const wanted = [...needed, ...welcome].filter((controller) => offered.includes(controller));
  writeCgroup(parent, 'cgroup.subtree_control', wanted.map((controller) => `+${controller}`).join(' '));
  if (moves && wanted.includes('cpu')) writeCgroup(`${parent}/${workerName}`, 'cpu.weight', workerWeight);
}

/** `io.stat`: a line for each device; bytes that reached it, so less than what was written by as much as the kernel still holds back. */
export function ioWrittenBytes(text: string): number {
  return [...text.matchAll(/wbytes=(\d+)/g)].reduce((sum, [, bytes]) => sum + Number(bytes), 0);
}

/** Whether its leaves have the controller: a unit may be delegated without it. */
const sharesCpu = (parent: string) => words(readCgroup(parent, 'cgroup.subtree_control')).includes('cpu');

function openLeaf(parent: string, request: LeafRequest): Leaf {
  const leaf = `${parent}/${leafName()}`;
  mkdirSync(leaf);
  writeCgroup(leaf, 'memory.max', request.limits.memoryMb * mebibyte);
  // Absent where the kernel has no swap.
  if (readCgroup(leaf, 'memory.swap.max') !== '') writeCgroup(leaf, 'memory.swap.max', 0);
  writeCgroup(leaf, 'memory.oom.group', 1);
  writeCgroup(leaf, 'pids.max', request.limits.processes);
  const { cpuPercent } = request.limits;
  if (cpuPercent !== undefined && sharesCpu(parent))
    writeCgroup(leaf, 'cpu.max', `${cpuQuotaMicroseconds(cpuPercent)} ${cpuPeriodMicroseconds}`);
  const fromProc = createProcMeter(request);
  return {
    prefix: enterArgs([`${leaf}/cgroup.procs`], request.account.switches ? request.account : undefined),
    startAs: undefined,
    usage(pid) {
      const { bytesWritten = 0, grownMb = 0, scratchMb = 0 } = fromProc(pid);
      return {
        cpuSeconds: numberIn(readCgroup(leaf, 'cpu.stat'), 'usage_usec') / 1e6,
        // `memory.peak` came with Linux 5.19, `pids.peak` with 6.1.
        memoryMb: (numberIn(readCgroup(leaf, 'memory.peak')) || numberIn(readCgroup(leaf, 'memory.current'))) / mebibyte,
        processes: numberIn(readCgroup(leaf, 'pids.peak')) || numberIn(readCgroup(leaf, 'pids.current')),
        bytesWritten: Math.max(bytesWritten, ioWrittenBytes(readCgroup(leaf, 'io.stat'))),
        grownMb,
        scratchMb,
        outOfMemory: numberIn(readCgroup(leaf, 'memory.events'), 'oom_kill') > 0,
        forkRefused: numberIn(readCgroup(leaf, 'pids.events'), 'max') > 0,
      };
    },
    ran: () => numberIn(readCgroup(leaf, 'cpu.stat'), 'usage_usec'),
    heldMb: () => {
      const stat = readCgroup(leaf, 'memory.stat');
      return (numberIn(stat, 'anon') + numberIn(stat, 'shmem')) / mebibyte;
    },
    kill: () => killIn(leaf),
    close: async () => {
      await removeLeaf(leaf);
    },
  };
}

/** The best there is: one leaf per action, in the subtree that systemd delegated. */
export function cgroupV2Tier(parent: string): Tier {
  return {
    name: 'cgroup-v2',
    enforces: 'the kernel limits memory and processes of the whole action, counts its CPU time and kills it as one',
    holdsCpuShare: sharesCpu(parent),
    enter: (request) => openLeaf(parent, request),
  };
}
