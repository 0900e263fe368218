/** What an action uses or has used, as far as its tier can tell: totals over all its processes. A figure never falls. */
export interface Usage {
  readonly cpuSeconds: number;
  /** MiB that cannot be given back without the action: anonymous and shared memory, not the pages of files. */
  readonly memoryMb: number;
  /** Of that, files in its /tmp and /dev/shm. */
  readonly scratchMb: number;
  /** Volume sent to disks (`write_bytes`), however often to the same place. */
  readonly bytesWritten: number;
  /** Processes and their threads. */
  readonly processes: number;
  /** Names in the workspace that were not there before, and their size in MiB; unlinked files that are still open count. */
  readonly inodes: number;
  readonly grownMb: number;
  /** All that the workspace holds, in MiB. */
  readonly heldMb: number;
  /** The kernel killed for want of memory, or refused a fork, because of the limit. */
  readonly outOfMemory: boolean;
  readonly forkRefused: boolean;
  /** One process had asked for nearly all the memory that one process may, where such a limit is set. */
  readonly nearDataLimit: boolean;
}

export const noUsage: Usage = {
  cpuSeconds: 0,
  memoryMb: 0,
  scratchMb: 0,
  bytesWritten: 0,
  processes: 0,
  inodes: 0,
  grownMb: 0,
  heldMb: 0,
  outOfMemory: false,
  forkRefused: false,
  nearDataLimit: false,
};

/** The largest of each figure: what was measured, never more. */
export function largest(a: Usage, b: Partial<Usage>): Usage {
  return {
    cpuSeconds: Math.max(a.cpuSeconds, b.cpuSeconds ?? 0),
    memoryMb: Math.max(a.memoryMb, b.memoryMb ?? 0),
    scratchMb: Math.max(a.scratchMb, b.scratchMb ?? 0),
    bytesWritten: Math.max(a.bytesWritten, b.bytesWritten ?? 0),
    processes: Math.max(a.processes, b.processes ?? 0),
    inodes: Math.max(a.inodes, b.inodes ?? 0),
    grownMb: Math.max(a.grownMb, b.grownMb ?? 0),
    heldMb: Math.max(a.heldMb, b.heldMb ?? 0),
    outOfMemory: a.outOfMemory || b.outOfMemory === true,
    forkRefused: a.forkRefused || b.forkRefused === true,
    nearDataLimit: a.nearDataLimit || b.nearDataLimit === true,
  };
}
