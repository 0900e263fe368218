import { dirname } from 'node:path';
import { keepProcText, numberBehind, procText } from './proc-text.js';

export interface MemoryReading {
  readonly totalMb: number;
  readonly availableMb: number;
  /** Share of the swap in use, 0 to 1; 0 where there is none. */
  readonly swap: number;
}

/** Reads /proc/meminfo; undefined where it does not say. */
export function createMemoryMeter(file: string): () => MemoryReading | undefined {
  const read = keepProcText(file);
  return () => memoryIn(read() ?? '');
}

function memoryIn(text: string): MemoryReading | undefined {
  const [total, available] = [numberBehind(text, 'MemTotal'), numberBehind(text, 'MemAvailable')];
  if (total === undefined || available === undefined) return undefined;
  const [swap = 0, free = 0] = [numberBehind(text, 'SwapTotal'), numberBehind(text, 'SwapFree')];
  return { totalMb: total / 1_024, availableMb: available / 1_024, swap: swap === 0 ? 0 : 1 - free / swap };
}

/** Without a limit version 1 says a number near 2^63. */
const noLimit = 2 ** 60;

const bytesIn = (file: string) => {
  const text = procText(file)?.trim() ?? '';
  return /^\d+$/.test(text) && Number(text) < noLimit ? Number(text) : undefined;
};

export interface CgroupPlace {
  readonly folder: string;
  /** The mount that it lies below. */
  readonly root: string;
}

export interface MemoryLimit {
  readonly folder: string;
  readonly bytes: number;
}

/** The nearest cgroup, this one or one above it, whose memory is limited: looked for now and then, because the way up is long. */
export function findMemoryLimit({ folder, root }: CgroupPlace): MemoryLimit | undefined {
  for (let each = folder; each.length >= root.length && each !== '/'; each = dirname(each)) {
    const bytes = bytesIn(`${each}/memory.max`) ?? bytesIn(`${each}/memory.limit_in_bytes`);
    if (bytes !== undefined) return { folder: each, bytes };
  }
  return undefined;
}

/** What our own cgroup may use, and what of it cannot be given back. */
export interface MemoryCgroup {
  readonly limitMb: number;
  readonly anonymousMb: number;
}

const mebibyte = 1_048_576;

/** Never `memory.current`, which holds the pages of files: that is full on every busy machine. */
export function readMemoryCgroup(limit: MemoryLimit): MemoryCgroup | undefined {
  const stat = procText(`${limit.folder}/memory.stat`) ?? '';
  const used = numberBehind(stat, 'anon') ?? numberBehind(stat, 'total_rss');
  return used === undefined ? undefined : { limitMb: limit.bytes / mebibyte, anonymousMb: used / mebibyte };
}
