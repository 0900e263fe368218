/** Quotas of one action (charter: 300 s CPU, 600 s wall, 4 GB memory, 1 GB disk writes, 50 connections; spec X3). */
export interface Limits {
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly memoryMb: number;
  readonly diskWriteMb: number;
  readonly processes: number;
  readonly openFiles: number;
  readonly outputBytes: number;
  readonly inodes: number;
  readonly connections: number;
  /** Of one processor, so 200 is two of them; absent: as much as there is. */
  readonly cpuPercent?: number | undefined;
  /** All that its workspace holds, what was there before included; absent: no bound but that of the writes. */
  readonly workspaceMb?: number | undefined;
}

export const charterLimits: Limits = {
  cpuSeconds: 300,
  wallSeconds: 600,
  memoryMb: 4096,
  diskWriteMb: 1024,
  processes: 64,
  openFiles: 1024,
  outputBytes: 1_048_576,
  inodes: 50_000,
  connections: 50,
};

/** The smallest value of each quota wins, whoever named it: policy, tool or proposal (spec X3). */
export function smallestLimits(base: Limits, ...narrower: readonly Partial<Limits>[]): Limits {
  const result: Record<string, number | undefined> = { ...base };
  for (const limits of narrower) {
    for (const [name, value] of Object.entries(limits)) {
      if (value !== undefined) result[name] = Math.min(result[name] ?? value, value);
    }
  }
  return result as unknown as Limits;
}
