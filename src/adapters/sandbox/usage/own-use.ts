import { figuresOf, measureTree } from './process-tree.js';

/** Of this worker and all that it started; CPU time and bytes are cumulative, what has ended included. */
export interface OwnUse {
  readonly memoryMb: number;
  readonly processes: number;
  readonly cpuSeconds: number;
  readonly diskBytes: number;
}

/** Walks the process tree below a process: milliseconds where much runs, so not for every tick. */
export function measureOwnUse(pid: number): OwnUse | undefined {
  if (figuresOf(pid) === undefined) return undefined;
  const tree = measureTree(pid, []);
  const sum = (of: (each: (typeof tree)[number]) => number) => tree.reduce((total, each) => total + of(each), 0);
  return {
    memoryMb: sum(({ anonymousMb, sharedMb }) => anonymousMb + sharedMb),
    processes: tree.length,
    cpuSeconds: sum(({ cpuSeconds }) => cpuSeconds),
    diskBytes: sum(({ bytesWritten }) => bytesWritten),
  };
}
