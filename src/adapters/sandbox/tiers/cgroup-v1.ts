import { accessSync, chmodSync, chownSync, constants, existsSync, mkdirSync, readFileSync } from 'node:fs';
import type { Account } from '../profile/account.js';
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

/** One folder of the worker for each hierarchy; leaves are made below. */
interface Parents {
  readonly memory: string;
  readonly pids: string;
  /** CPU time: `cpuacct` of version 1; else version 2, which counts it without any controller. */
  readonly time: string;
  readonly timeIsV2: boolean;
  /** Undefined: nobody is held to a share of the CPU. */
  readonly cpu: string | undefined;
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
  const [memory, pids, cpuacct, unified] = [usable('memory'), usable('pids'), usable('cpuacct'), usable('')];
  const time = cpuacct ?? unified;
  if (memory === undefined || pids === undefined || time === undefined) return undefined;
  return { memory, pids, time, timeIsV2: cpuacct === undefined, cpu: usable('cpu') };
}

function setLimits(memory: string, pids: string, { memoryMb, processes }: LeafRequest['limits']): void {
  writeCgroup(memory, 'memory.limit_in_bytes', memoryMb * mebibyte);
  // Memory and swap together: no swap. Missing where the kernel does not count swap.
  if (existsSync(`${memory}/memory.memsw.limit_in_bytes`)) writeCgroup(memory, 'memory.memsw.limit_in_bytes', memoryMb * mebibyte);
  writeCgroup(pids, 'pids.max', processes);
}

/** What is above may have less than a leaf is given: the kernel refuses that (EINVAL), and what is above holds. */
function setCpuShare(cpu: string, percent: number): void {
  writeCgroup(cpu, 'cpu.cfs_period_us', cpuPeriodMicroseconds);
  try {
    writeCgroup(cpu, 'cpu.cfs_quota_us', cpuQuotaMicroseconds(percent));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error;
  }
}

/**
 * How the leaves are entered. By `tasks` instead of `cgroup.procs`: one thread that moves itself needs no lock over all forks and exits of
 * the machine, which costs an RCU grace period for each hierarchy (Linux 5.4). The shell that enters has one thread.
 *
 * The files are given to the action's account, so that entering needs no root, nor a program more that drops it. With them the account can
 * put its own processes in, never take one out; and no action sees them. Version 2 has neither: it asks for rights above the leaf as well.
 */
function entrance(folders: readonly string[], { timeIsV2 }: Parents, account: Account): Pick<Leaf, 'prefix' | 'startAs'> {
  const files = folders.map((folder, index) => `${folder}/${timeIsV2 && index === folders.length - 1 ? 'cgroup.procs' : 'tasks'}`);
  if (!account.switches) return { prefix: enterArgs(files), startAs: undefined };
  if (timeIsV2) return { prefix: enterArgs(files, account), startAs: undefined };
  for (const file of files) chownSync(file, account.uid, account.gid);
  return { prefix: enterArgs(files), startAs: account };
}

function openLeaf(parents: Parents, request: LeafRequest): Leaf {
  const name = leafName();
  const [memory, pids, time] = [`${parents.memory}/${name}`, `${parents.pids}/${name}`, `${parents.time}/${name}`];
  // Where hierarchies are mounted together one folder is all of them.
  const { cpuPercent } = request.limits;
  const cpu = parents.cpu === undefined || cpuPercent === undefined ? undefined : `${parents.cpu}/${name}`;
  // Version 2, where there is one, comes last.
  const folders = [...new Set([memory, pids, ...(cpu === undefined ? [] : [cpu]), time])];
  for (const folder of folders) {
    mkdirSync(folder);
    // Whatever the worker's umask is, the account has to get to the file that it is told to write.
    chmodSync(folder, 0o755);
  }
  setLimits(memory, pids, request.limits);
  if (cpu !== undefined && cpuPercent !== undefined) setCpuShare(cpu, cpuPercent);
  const fromProc = createProcMeter(request);
  return {
    ...entrance(folders, parents, request.account),
    usage(pid) {
      const { cpuSeconds = 0, bytesWritten = 0, grownMb = 0, scratchMb = 0 } = fromProc(pid);
      const own = parents.timeIsV2
        ? numberIn(readCgroup(time, 'cpu.stat'), 'usage_usec') / 1e6
        : numberIn(readCgroup(time, 'cpuacct.usage')) / 1e9;
      return {
        cpuSeconds: Math.max(cpuSeconds, own),
        bytesWritten,
        grownMb,
        scratchMb,
        memoryMb: numberIn(readCgroup(memory, 'memory.max_usage_in_bytes')) / mebibyte,
        processes: numberIn(readCgroup(pids, 'pids.peak')) || numberIn(readCgroup(pids, 'pids.current')),
        outOfMemory: numberIn(readCgroup(memory, 'memory.oom_control'), 'oom_kill') > 0,
        forkRefused: numberIn(readCgroup(pids, 'pids.events'), 'max') > 0,
      };
    },
    ran: () => (parents.timeIsV2 ? numberIn(readCgroup(time, 'cpu.stat'), 'usage_usec') : numberIn(readCgroup(time, 'cpuacct.usage'))),
    heldMb: () => numberIn(readCgroup(memory, 'memory.stat'), 'total_rss') / mebibyte,
    kill: () => killIn(parents.timeIsV2 ? time : pids),
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
    holdsCpuShare: parents.cpu !== undefined,
    enter: (request) => openLeaf(parents, request),
  };
}
