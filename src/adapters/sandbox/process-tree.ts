import { readFileSync, readdirSync } from 'node:fs';

/** What a tree of processes uses right now, or has used, as far as /proc tells. */
export interface TreeUsage {
  readonly cpuSeconds: number;
  readonly residentMb: number;
  readonly bytesWritten: number;
  readonly processes: number;
}

/** USER_HZ is 100 on every architecture that Node runs on. */
const ticksPerSecond = 100;
const pageBytes = 4_096;

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Gone between two looks: it is counted no more.
    return '';
  }
}

function threads(pid: number): string[] {
  try {
    return readdirSync(`/proc/${String(pid)}/task`);
  } catch {
    return [];
  }
}

/** Every thread has children of its own. */
function descendants(pid: number): number[] {
  const direct = threads(pid).flatMap((thread) =>
    read(`/proc/${String(pid)}/task/${thread}/children`)
      .split(' ')
      .filter(Boolean)
      .map(Number),
  );
  return [pid, ...direct.flatMap(descendants)];
}

/** Sums over the process and its descendants; reaped children are in their parent's figures, those of a parent that ignores SIGCHLD are lost. */
export function treeUsage(pid: number): TreeUsage {
  const pids = descendants(pid);
  let ticks = 0;
  let pages = 0;
  let bytesWritten = 0;
  for (const each of pids) {
    const stat = read(`/proc/${String(each)}/stat`);
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    ticks += [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index] ?? 0), 0);
    pages += Number(fields[21] ?? 0);
    bytesWritten += Number(/^write_bytes: (\d+)$/m.exec(read(`/proc/${String(each)}/io`))?.[1] ?? 0);
  }
  return { cpuSeconds: ticks / ticksPerSecond, residentMb: (pages * pageBytes) / 1_048_576, bytesWritten, processes: pids.length };
}

/** False for a zombie too: nothing of it runs any more. */
export function isRunning(pid: number): boolean {
  const stat = read(`/proc/${String(pid)}/stat`);
  return stat !== '' && !/\) [ZX] /.test(stat.slice(stat.lastIndexOf(')')));
}

export const noUsage: TreeUsage = { cpuSeconds: 0, residentMb: 0, bytesWritten: 0, processes: 0 };

/** The largest of each figure: what was measured, never more. */
export function largest(a: TreeUsage, b: TreeUsage): TreeUsage {
  return {
    cpuSeconds: Math.max(a.cpuSeconds, b.cpuSeconds),
    residentMb: Math.max(a.residentMb, b.residentMb),
    bytesWritten: Math.max(a.bytesWritten, b.bytesWritten),
    processes: Math.max(a.processes, b.processes),
  };
}
