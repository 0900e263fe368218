import { readFileSync } from 'node:fs';

/**
 * What every process may rely on, written into the lock file by whoever holds the lock: up to where a log is known to be on the disk. It
 * lives in the page cache and is never synced: while the kernel runs all processes see it, and after a power cut all that can be read is
 * durable anyway. Even then it shows that the records which it names have existed.
 */
export interface DurableMark {
  /** Of the kernel that ran when it was written. */
  readonly boot: string;
  /** The active file: device and inode. */
  readonly file: string;
  /** Where the last durable record ends in it, its number (-1: none), its leaf. */
  readonly bytes: number;
  readonly seq: number;
  readonly leaf: string;
  /** A sync of that file has failed: nothing may be appended to it, nor synced again. */
  readonly isSuspect: boolean;
  /** Up to where its writers have filled it with whole lines, and the leaf of the last one. */
  readonly end: number;
  readonly tip: string;
  /** What somebody began to write there. A kill may have cut it short; nothing else may stand there. */
  readonly writing?: { readonly bytes: number; readonly sha256: string };
}

export const markBytes = 512;

let boot: string | undefined;

export function bootId(): string {
  boot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return boot;
}

/** The mark in these bytes; undefined where there is none, or none that can be read. */
export function parseMark(bytes: Buffer): DurableMark | undefined {
  try {
    const mark = JSON.parse(bytes.toString('utf8')) as Partial<DurableMark> | null;
    const isMark =
      typeof mark?.boot === 'string' &&
      typeof mark.file === 'string' &&
      typeof mark.leaf === 'string' &&
      typeof mark.isSuspect === 'boolean' &&
      typeof mark.tip === 'string' &&
      [mark.bytes, mark.seq, mark.end].every((each) => Number.isSafeInteger(each));
    return isMark ? (mark as DurableMark) : undefined;
  } catch {
    return undefined;
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1').slice(0, markBytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The mark of a log for whoever does not hold its lock: read again until nobody wrote meanwhile. Undefined where nobody has left one. */
export function readMark(path: string): DurableMark | undefined {
  let text = textOf(`${path}.lock`);
  for (let again = textOf(`${path}.lock`); again !== text; again = textOf(`${path}.lock`)) text = again;
  return text === undefined ? undefined : parseMark(Buffer.from(text, 'latin1'));
}

/** How many bytes of this file its writers account for, what they began with them; undefined where they have left no word that still counts. */
export function accountedBytes(mark: DurableMark | undefined, file: string): number | undefined {
  if (mark === undefined || mark.boot !== bootId() || mark.file !== file || mark.isSuspect) return undefined;
  return mark.end + (mark.writing?.bytes ?? 0);
}
