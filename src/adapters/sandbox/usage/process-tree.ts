import { readFileSync, readdirSync } from 'node:fs';

/** One process at one moment. Figures of children that it has waited for are in its own. */
export interface ProcessFigures {
  readonly pid: number;
  /** In clock ticks after boot: with the pid it names a process for ever. */
  readonly startTicks: string;
  readonly parent: number;
  /** R runs or wants to, S sleeps, Z has ended. */
  readonly state: string;
  /** It will not wait for its children, so their figures go with them. */
  readonly ignoresChildren: boolean;
  readonly cpuSeconds: number;
  readonly bytesWritten: number;
  readonly threads: number;
  readonly anonymousMb: number;
  readonly sharedMb: number;
  /** Asked for, used or not: what RLIMIT_DATA goes by. */
  readonly dataMb: number;
}

/** USER_HZ is 100 on every architecture that Node runs on. */
const ticksPerSecond = 100;
const kibibytes = 1_024;

/** A file of /proc; empty when the process has gone between two looks, or cannot be looked at. */
export function readProc(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** The process and all below it, it first. Every thread has children of its own; orphans belong to the first process of their namespace. */
export function descendants(pid: number): number[] {
  const found = [pid];
  for (const each of found) {
    for (const thread of threadsOf(each)) {
      const children = readProc(each, `task/${thread}/children`);
      for (const child of children.split(' ')) if (child !== '') found.push(Number(child));
    }
  }
  return found;
}

/** proc(5): after the name in parentheses, which may hold anything, the fields are numbers. */
export function parseStat(
  stat: string,
): Pick<ProcessFigures, 'state' | 'parent' | 'startTicks' | 'cpuSeconds'> & { readonly flags: number; readonly group: number } {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const number = (index: number) => Number(fields[index] ?? 0);
  const cpuSeconds = [11, 12, 13, 14].reduce((sum, index) => sum + number(index), 0) / ticksPerSecond;
  return { state: fields[0] ?? '', parent: number(1), group: number(2), flags: number(6), startTicks: fields[19] ?? '', cpuSeconds };
}

const numberIn = (text: string, name: string) => Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(text)?.[1] ?? 0);

/** SIGCHLD is 17 on every architecture that Node runs on: bit 16 of the mask. */
function ignoresChildren(status: string): boolean {
  const mask = /^SigIgn:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? '0';
  return (Number.parseInt(mask.slice(-5), 16) & 0x1_0000) !== 0;
}

/** Undefined where there is no such process any more. */
export function figuresOf(pid: number): ProcessFigures | undefined {
  const stat = readProc(pid, 'stat');
  if (stat === '') return undefined;
  const { state, parent, startTicks, cpuSeconds } = parseStat(stat);
  const status = readProc(pid, 'status');
  return {
    pid,
    state,
    parent,
    startTicks,
    cpuSeconds,
    ignoresChildren: ignoresChildren(status),
    bytesWritten: numberIn(readProc(pid, 'io'), 'write_bytes'),
    threads: numberIn(status, 'Threads'),
    anonymousMb: (numberIn(status, 'RssAnon') + numberIn(status, 'VmSwap')) / kibibytes,
    sharedMb: numberIn(status, 'RssShmem') / kibibytes,
    dataMb: numberIn(status, 'VmData') / kibibytes,
  };
}

/** The same with pages that several processes share counted once (`smaps_rollup`). Walks page tables: milliseconds per GB. */
export function proportionalMb(pid: number): { readonly anonymousMb: number; readonly sharedMb: number } {
  const rollup = readProc(pid, 'smaps_rollup');
  return {
    anonymousMb: (numberIn(rollup, 'Pss_Anon') + numberIn(rollup, 'SwapPss')) / kibibytes,
    sharedMb: numberIn(rollup, 'Pss_Shmem') / kibibytes,
  };
}

/** All processes of an action. One that was seen before and is missed by the walk, as happens while others fork, is asked for by its pid. */
export function measureTree(pid: number, before: readonly ProcessFigures[]): ProcessFigures[] {
  const found = descendants(pid).flatMap((each) => figuresOf(each) ?? []);
  const pids = new Set(found.map((each) => each.pid));
  for (const earlier of before) {
    const now = pids.has(earlier.pid) ? undefined : figuresOf(earlier.pid);
    if (now?.startTicks === earlier.startTicks) found.push(now);
  }
  return found;
}

/** Undefined where there is no such process. */
export function parentOf(pid: number): number | undefined {
  const stat = readProc(pid, 'stat');
  return stat === '' ? undefined : parseStat(stat).parent;
}
