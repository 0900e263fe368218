import { accessSync, constants, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createProcMeter } from './rlimit.js';
import { enterArgs, killIn, leafName, numberIn, ownCgroup, readCgroup, removeLeaf, writeCgroup } from './cgroup-files.js';
import type { Leaf, LeafRequest, Tier } from './tier.js';

const mebibyte = 1_048_576;

/** One folder of the worker for each hierarchy; leaves are made below. */
interface Parents {
  readonly memory: string;
  readonly pids: string;
  /** Version 2 without controllers, which counts CPU time and kills; else the `cpuacct` of version 1. */
  readonly unified: string | undefined;
  readonly cpuacct: string | undefined;
}

/** Leaves lie below the worker's own cgroups, never beside them: what limits the worker limits its actions. */
export function findV1Parents(
  mountinfo = readFileSync('/proc/self/mountinfo', 'utf8'),
  cgroups = readFileSync('/proc/self/cgroup', 'utf8'),
): Parents | undefined {
  const usable = (controller: string) => {
    const folder = ownCgroup(controller, mountinfo, cgroups);
    try {
      if (folder !== undefined) accessSync(folder, constants.W_OK);
      return folder;
    } catch {
      return undefined;
    }
  };
  const [memory, pids, unified, cpuacct] = [usable('memory'), usable('pids'), usable(''), usable('cpuacct')];
  if (memory === undefined || pids === undefined || (unified ?? cpuacct) === undefined) return undefined;
  return { memory, pids, unified, cpuacct: unified === undefined ? cpuacct : undefined };
}

function setLimits(memory: string, pids: string, { memoryMb, processes }: LeafRequest['limits']): void {
  writeCgroup(memory, 'memory.limit_in_bytes', memoryMb * mebibyte);
  // Memory and swap together: no swap. Missing where the kernel does not count swap.
  if (existsSync(`${memory}/memory.memsw.limit_in_bytes`)) writeCgroup(memory, 'memory.memsw.limit_in_bytes', memoryMb * mebibyte);
  writeCgroup(pids, 'pids.max', processes);
}

function openLeaf(parents: Parents, request: LeafRequest): Leaf {
  const name = leafName();
  const below = (parent: string | undefined) => (parent === undefined ? [] : [`${parent}/${name}`]);
  const [memory, pids] = [`${parents.memory}/${name}`, `${parents.pids}/${name}`];
  const time = [...below(parents.unified), ...below(parents.cpuacct)];
  const folders = [memory, pids, ...time];
  for (const folder of folders) mkdirSync(folder);
  setLimits(memory, pids, request.limits);
  const fromProc = createProcMeter({ ...request, countsMemory: false });
  const killer = parents.unified === undefined ? pids : (time[0] ?? pids);
  return {
    prefix: enterArgs(folders, request.account),
    startAs: undefined,
    usage(pid) {
      const { cpuSeconds = 0, bytesWritten = 0, grownMb = 0 } = fromProc(pid);
      const own = numberIn(readCgroup(killer, 'cpu.stat'), 'usage_usec') / 1e6 + numberIn(readCgroup(time[0] ?? '', 'cpuacct.usage')) / 1e9;
      return {
        cpuSeconds: Math.max(cpuSeconds, own),
        bytesWritten,
        grownMb,
        memoryMb: numberIn(readCgroup(memory, 'memory.max_usage_in_bytes')) / mebibyte,
        processes: numberIn(readCgroup(pids, 'pids.peak')) || numberIn(readCgroup(pids, 'pids.current')),
        outOfMemory: numberIn(readCgroup(memory, 'memory.oom_control'), 'oom_kill') > 0,
        forkRefused: numberIn(readCgroup(pids, 'pids.events'), 'max') > 0,
      };
    },
    kill: () => killIn(killer),
    close: async () => {
      await Promise.all(folders.map(removeLeaf));
    },
  };
}

/** Version 1 or hybrid, where the worker may write: memory, processes and CPU time are the kernel's; disk is read as on the tier below. */
export function cgroupV1Tier(parents: Parents): Tier {
  return {
    name: 'cgroup-v1',
    enforces: 'the kernel limits memory and processes of the whole action and counts its CPU time',
    enter: (request) => openLeaf(parents, request),
  };
}
