import { createNeverFalling, lostBetween } from '../usage/lost-figures.js';
import type { ProcessFigures } from '../usage/process-tree.js';
import { measureTree, proportionalMb } from '../usage/process-tree.js';
import { hiddenUsage } from '../usage/shared-memory.js';
import type { SystemVMeter } from '../usage/system-v.js';
import { createSystemVMeter } from '../usage/system-v.js';
import type { Usage } from '../contract/usage.js';
import { dataLimitArgs, dataMbMax } from '../profile/rlimits.js';
import type { Leaf, LeafRequest, Tier } from './tier.js';

/** Of what one process may ask for: from here on the next request of a usual size is refused. */
const nearShare = 0.9;
/** So long at the limit, in all, means that forks fail, not that the action needs exactly so many for a moment. */
const atLimitMilliseconds = 500;
/** Pages are counted exactly only when a rough count is over the limit, and then not more often than this. */
const preciseMilliseconds = 200;

const sum = (each: readonly ProcessFigures[], figure: (one: ProcessFigures) => number) => each.reduce((all, one) => all + figure(one), 0);

/** Anonymous pages of all processes, and the larger of what they have mapped as shared and what is known to exist as shared. */
function createMemoryMeter(limitMb: number, systemV: SystemVMeter): (processes: readonly ProcessFigures[], objectsMb: number) => number {
  let nextPrecise = 0;
  return (processes, objectsMb) => {
    const mappedMb = sum(processes, ({ sharedMb }) => sharedMb);
    systemV.glance(Math.max(objectsMb + systemV.mb, mappedMb));
    const objects = objectsMb + systemV.mb;
    const rough = sum(processes, ({ anonymousMb }) => anonymousMb) + Math.max(mappedMb, objects);
    if (rough <= limitMb) return rough;
    if (Date.now() < nextPrecise) return 0;
    nextPrecise = Date.now() + preciseMilliseconds;
    const exact = processes.map(({ pid }) => proportionalMb(pid));
    const shared = exact.reduce((all, { sharedMb }) => all + sharedMb, 0);
    return exact.reduce((all, { anonymousMb }) => all + anonymousMb, 0) + Math.max(shared, objects);
  };
}

/** Reads /proc: all that can be known without a cgroup. What it cannot know is in docs/sandbox-tiers.md. */
export function createProcMeter(
  { limits, workspaceDevice }: Omit<LeafRequest, 'account'>,
  /** Absent where somebody else counts memory. */
  systemV?: SystemVMeter,
): (pid: number) => Partial<Usage> {
  const memory = systemV === undefined ? () => 0 : createMemoryMeter(limits.memoryMb, systemV);
  const [cpu, written] = [createNeverFalling(), createNeverFalling()];
  let [lostSeconds, lostBytes] = [0, 0];
  let seen: ProcessFigures[] = [];
  let [lastLook, atLimit] = [performance.now(), 0];
  return (pid) => {
    const before = seen;
    seen = measureTree(pid, before);
    const passed = performance.now() - lastLook;
    lastLook += passed;
    const lost = lostBetween(before, seen, passed / 1_000);
    lostSeconds += lost.cpuSeconds;
    lostBytes += lost.bytesWritten;
    const pids = seen.map((each) => each.pid);
    const hidden = hiddenUsage(pids, workspaceDevice);
    // The first is bwrap outside, which the limit inside does not count.
    const threads = Math.max(0, sum(seen, (each) => each.threads) - 1);
    if (threads >= limits.processes) atLimit += passed;
    const [ran, wrote] = [sum(seen, ({ cpuSeconds }) => cpuSeconds), sum(seen, ({ bytesWritten }) => bytesWritten)];
    return {
      cpuSeconds: Math.max(cpu(ran), ran + lostSeconds),
      bytesWritten: Math.max(written(wrote), wrote + lostBytes),
      memoryMb: memory(seen, hidden.memoryMb),
      scratchMb: hidden.scratchMb,
      processes: threads,
      grownMb: hidden.unlinkedMb,
      forkRefused: atLimit >= atLimitMilliseconds,
      ...(systemV !== undefined && { nearDataLimit: seen.some(({ dataMb }) => dataMb >= nearShare * dataMbMax(limits)) }),
    };
  };
}

function openLeaf(request: LeafRequest): Leaf {
  const systemV = createSystemVMeter();
  return {
    prefix: dataLimitArgs(request.limits),
    startAs: request.account.switches ? request.account : undefined,
    begin: (initPid) => systemV.begin(initPid),
    usage: createProcMeter(request, systemV),
    // What was written and detached after the last sample lies there still.
    last: async () => ({ memoryMb: await systemV.look() }),
    kill: () => undefined,
    close: () => systemV.close(),
  };
}

/** Works everywhere: the kernel's limits per process, and totals that the worker reads from /proc. */
export const rlimitTier: Tier = {
  name: 'rlimit',
  enforces: 'kernel limits per process; totals are read from /proc and ended when they are passed',
  holdsCpuShare: false,
  enter: openLeaf,
};
