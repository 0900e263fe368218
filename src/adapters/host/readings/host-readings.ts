import { availableParallelism } from 'node:os';
import type { HostCounts } from './counts.js';
import { countHost } from './counts.js';
import type { MemoryCgroup, CgroupPlace, MemoryLimit, MemoryReading } from './memory.js';
import { createMemoryMeter, findMemoryLimit, readMemoryCgroup } from './memory.js';
import { procText } from './proc-text.js';
import { createProcessorMeter } from './processor.js';
import { createStallMeter } from './stall.js';

/** One look at the host. What the kernel does not tell is absent: whoever decides by it holds still, and never takes it for zero. */
export interface HostReading {
  /** Monotonic, in milliseconds. */
  readonly at: number;
  readonly cores: number;
  /** Utilisation since the look before, 0 to 1. */
  readonly cpu?: number;
  readonly memory?: MemoryReading;
  /** Of our own cgroup, where it is limited. */
  readonly cgroup?: MemoryCgroup;
  /** Share of the time since the look before in which somebody waited, 0 to 1. */
  readonly pressure: { readonly cpu?: number; readonly memory?: number; /** Nobody counts stalls here. */ readonly fallback: boolean };
  readonly counts: HostCounts;
}

export interface HostReadingSettings {
  /** Any path on the file system whose fill is reported. */
  readonly diskPath: string;
  /** Seconds between two looks at what costs more: disk, processes, connections, where our memory is limited. */
  readonly countsEverySeconds: number;
  /** Our own memory cgroup and the mount that it lies below; undefined where there is none. */
  readonly memoryCgroup?: CgroupPlace | undefined;
  /** Other folders than the kernel's own, in tests. */
  readonly proc?: string;
  readonly cores?: number;
}

const present = <T>(name: string, value: T | undefined) => (value === undefined ? {} : { [name]: value });

/** Looks at a handful of small files of the kernel: a fraction of a millisecond, and no program is started (spec G4). */
export function createHostReadings({
  diskPath,
  countsEverySeconds,
  memoryCgroup,
  proc = '/proc',
  cores = availableParallelism(),
}: HostReadingSettings): (at: number) => HostReading {
  const stallOf = { cpu: createStallMeter(`${proc}/pressure/cpu`), memory: createStallMeter(`${proc}/pressure/memory`) };
  const processor = createProcessorMeter(`${proc}/stat`, cores);
  const memory = createMemoryMeter(`${proc}/meminfo`);
  const hasPressure = procText(`${proc}/pressure/cpu`) !== undefined;
  let seldom: { readonly at: number; readonly counts: HostCounts; readonly limit: MemoryLimit | undefined } | undefined;
  return (at) => {
    if (seldom === undefined || at - seldom.at >= countsEverySeconds * 1_000)
      seldom = { at, counts: countHost(proc, diskPath), limit: memoryCgroup && findMemoryLimit(memoryCgroup) };
    const { utilisation, crowding } = processor();
    const cpuStall = stallOf.cpu(at) ?? (hasPressure ? undefined : crowding);
    return {
      at,
      cores,
      ...present('cpu', utilisation),
      ...present('memory', memory()),
      ...present('cgroup', seldom.limit && readMemoryCgroup(seldom.limit)),
      pressure: { ...present('cpu', cpuStall), ...present('memory', stallOf.memory(at)), fallback: !hasPressure },
      counts: seldom.counts,
    };
  };
}

/** What this kernel does not tell, and what stands in for it: for `ubos doctor`. */
export function missingReadings(proc = '/proc'): readonly { readonly what: string; readonly instead: string }[] {
  const rows = [
    ['pressure/cpu', 'the number of processes that want to run'],
    ['pressure/memory', 'the memory that is available'],
    ['stat', 'nothing: the governor holds its limit'],
    ['meminfo', 'nothing: the relief valve holds its stage'],
  ] as const;
  return rows.flatMap(([name, instead]) => (procText(`${proc}/${name}`) === undefined ? [{ what: `${proc}/${name}`, instead }] : []));
}
