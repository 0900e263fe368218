import { descendants, figuresOf } from './process-tree.js';

/** Of processes and all that they started; CPU time and bytes are cumulative, what has ended included. */
export interface OwnUse {
  readonly memoryMb: number;
  readonly processes: number;
  readonly cpuSeconds: number;
  readonly diskBytes: number;
}

/** Walks the trees below these processes, and counts each once: milliseconds where much runs, so not for every tick. Undefined where none is there. */
export function measureOwnUse(pids: readonly number[]): OwnUse | undefined {
  const tree = [...new Set(pids.flatMap(descendants))].flatMap((pid) => figuresOf(pid) ?? []);
  if (tree.length === 0) return undefined;
  const sum = (of: (each: (typeof tree)[number]) => number) => tree.reduce((total, each) => total + of(each), 0);
  return {
    memoryMb: sum(({ anonymousMb, sharedMb }) => anonymousMb + sharedMb),
    processes: tree.length,
    cpuSeconds: sum(({ cpuSeconds }) => cpuSeconds),
    diskBytes: sum(({ bytesWritten }) => bytesWritten),
  };
}
