import { readFileSync, readSync, writeSync } from 'node:fs';
import type { FileIdentity } from './log-file.js';

/**
 * What every process may rely on, written into the lock file by whoever holds the lock: up to where a log is known to be on the disk. It
 * lives in the page cache and is never synced: while the kernel runs all processes see it, and after a power cut all that can be read is
 * durable anyway. Even then it shows that the records which it names have existed.
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

function bootId(): string {
  boot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return boot;
}

/** The mark in these bytes; undefined where there is none, or none that can be read. */
function parseMark(bytes: Buffer): DurableMark | undefined {
  try {
    const mark = JSON.parse(bytes.toString('utf8')) as Partial<DurableMark> | null;
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

/** Where a chain stands: its last record, and where that ends. */
type Standing = Readonly<Record<'recordEnd' | 'seq', number> & Record<'recordLeaf', string>>;

/** The mark while the lock is held. */
export interface MarkKeeper {
  /** At the beginning of each use: reads what others have noted. */
  load(fd: number): void;
  last(): DurableMark | undefined;
  /** The mark, where it was made for this file and under this kernel. */
  of(file: FileIdentity): DurableMark | undefined;
  /** What was durable in a file whose sync has failed; undefined for any other file. */
  suspect(file: FileIdentity | undefined): DurableMark | undefined;
  remember(file: FileIdentity, chain: Standing): void;
  /** A sync of this file has failed. What nobody has vouched for is kept: it was there when the file was opened. */
  distrust(file: FileIdentity, chain: Standing): void;
}

export function createMarkKeeper(): MarkKeeper {
  let lock = -1;
  let mark: DurableMark | undefined;
  /** Also known where the lock file could not take it. */
  let failed: DurableMark | undefined;
  /** What the lock file holds; nearly always what this process has written there itself. */
  const held = Buffer.alloc(markBytes);
  const seen = Buffer.alloc(markBytes);
  const of = (file: FileIdentity | undefined) => (mark?.boot === bootId() && mark.file === file ? mark : undefined);
  const standing = ({ recordEnd: bytes, seq, recordLeaf: leaf }: Standing) => ({ bytes, seq, leaf });
  /** In place, always as long: it needs room on the disk only once. Microseconds, and no other process looks while the lock is held. */
  const write = (next: DurableMark) => {
    mark = next;
    held.fill(0x20);
    held.write(JSON.stringify(next));
    held[markBytes - 1] = 0x0a;
    if (writeSync(lock, held, 0, markBytes, 0) !== markBytes)
      throw new Error('the lock file took its mark only in part: is the disk full?');
  };
  return {
    load(fd) {
      lock = fd;
      const length = readSync(fd, seen, 0, markBytes, 0);
      if (length === markBytes && seen.equals(held)) return;
      mark = parseMark(seen.subarray(0, length));
      seen.copy(held);
    },
    last: () => mark,
    of,
    suspect: (file) => (failed !== undefined && failed.file === file ? failed : of(file)?.isSuspect === true ? of(file) : undefined),
    remember(file, chain) {
      write({ boot: bootId(), file, ...standing(chain), isSuspect: false });
      failed = undefined;
    },
    distrust(file, chain) {
      failed = { ...(of(file) ?? standing(chain)), boot: bootId(), file, isSuspect: true };
      write(failed);
    },
  };
}
