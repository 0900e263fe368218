import { readFileSync, readSync, writeSync } from 'node:fs';
import type { FileIdentity } from './log-file.js';

/**
 * What every process may rely on, written into the lock file by whoever holds the lock: up to where a log is known to be on the disk. It
 * lives in the page cache and is never synced: while the kernel runs all processes see it, and behind a power cut all that can be read is
 * durable anyway. Then it is still a witness: records that it names have existed.
 */
export interface DurableMark {
  /** Of the kernel that ran when it was written. */
  readonly boot: string;
  /** The active file. */
  readonly file: FileIdentity;
  /** Where the last durable record ends in it, its number (-1: none), its leaf. */
  readonly bytes: number;
  readonly seq: number;
  readonly leaf: string;
  /** A sync of that file has failed: nothing may be appended to it, nor synced again. */
  readonly isSuspect: boolean;
}

const markBytes = 512;

let boot: string | undefined;

export function bootId(): string {
  boot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return boot;
}

/** The mark in the lock file; undefined where there is none, or none that can be read. */
export function readMark(fd: number): DurableMark | undefined {
  const bytes = Buffer.alloc(markBytes);
  const length = readSync(fd, bytes, 0, markBytes, 0);
  try {
    const mark = JSON.parse(bytes.toString('utf8', 0, length)) as Partial<DurableMark> | null;
    const isMark =
      typeof mark?.boot === 'string' &&
      typeof mark.file === 'string' &&
      typeof mark.leaf === 'string' &&
      typeof mark.isSuspect === 'boolean' &&
      Number.isSafeInteger(mark.bytes) &&
      Number.isSafeInteger(mark.seq);
    return isMark ? (mark as DurableMark) : undefined;
  } catch {
    return undefined;
  }
}

/** In place, always as long: it needs room on the disk only once. Microseconds, and no other process looks while the lock is held. */
export function writeMark(fd: number, mark: DurableMark): void {
  const bytes = Buffer.from(`${JSON.stringify(mark).padEnd(markBytes - 1)}\n`);
  if (writeSync(fd, bytes, 0, bytes.length, 0) !== bytes.length)
    throw new Error('the lock file took its mark only in part: is the disk full?');
}
