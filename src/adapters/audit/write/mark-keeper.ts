import { readSync, writeSync } from 'node:fs';
import { sha256 } from '../../files/sha256.js';
import type { DurableMark } from '../format/durable-mark.js';
import { bootId, markBytes, parseMark } from '../format/durable-mark.js';
import type { FileIdentity } from './log-file.js';

/** Where a chain stands: its last record and where that ends, its last line and where that ends. */
type Standing = Readonly<Record<'recordEnd' | 'seq' | 'readBytes', number> & Record<'recordLeaf' | 'prev', string>>;

/** The mark while the lock is held. */
export interface MarkKeeper {
  /** At the beginning of each use: reads what others have noted. */
  load(fd: number): void;
  last(): DurableMark | undefined;
  /** The file of the last record that was written under this kernel. */
  writtenLast(): FileIdentity | undefined;
  /** The mark, where it was made for this file and under this kernel. */
  of(file: FileIdentity): DurableMark | undefined;
  /** What was durable in a file whose sync has failed; undefined for any other file. */
  suspect(file: FileIdentity | undefined): DurableMark | undefined;
  /** Up to where writers have filled this file, and what they began: as the lock file has it, or where that was removed as this process left it. */
  readonly left: (file: FileIdentity) => DurableMark | undefined;
  /** Before each write: what will stand behind the lines of the chain. All of them must be durable, where nobody has said so yet. */
  announce(file: FileIdentity, chain: Standing, bytes: Buffer): void;
  /** All lines of the chain are durable. */
  remember(file: FileIdentity, chain: Standing): void;
  /** A sync of this file has failed. What nobody has vouched for is kept: it was there when the file was opened. */
  distrust(file: FileIdentity, chain: Standing): void;
}

export function createMarkKeeper(): MarkKeeper {
  let lock = -1;
  let mark: DurableMark | undefined;
  /** Also known where the lock file could not take it. */
  let failed: DurableMark | undefined;
  /** The last one that this process wrote. */
  let own: DurableMark | undefined;
  /** What the lock file holds; nearly always what this process has written there itself. */
  const held = Buffer.alloc(markBytes);
  const seen = Buffer.alloc(markBytes);
  const of = (file: FileIdentity | undefined) => (mark?.boot === bootId() && mark.file === file ? mark : undefined);
  const durable = ({ recordEnd: bytes, seq, recordLeaf: leaf }: Standing) => ({ bytes, seq, leaf });
  const filled = ({ readBytes: end, prev: tip }: Standing) => ({ end, tip });
  /** In place, always as long: it needs room on the disk only once. Microseconds, and no other process looks while the lock is held. */
  const write = (next: DurableMark) => {
    mark = next;
    own = next;
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
    writtenLast: () => (mark?.boot === bootId() && mark.seq >= 0 ? mark.file : undefined),
    of,
    suspect: (file) => (failed !== undefined && failed.file === file ? failed : of(file)?.isSuspect === true ? of(file) : undefined),
    left: (file) => of(file) ?? (mark === undefined && own?.file === file ? own : undefined),
    announce(file, chain, bytes) {
      const { bytes: until, seq, leaf, isSuspect } = of(file) ?? { ...durable(chain), isSuspect: false };
      const writing = { bytes: bytes.length, sha256: sha256(bytes) };
      write({ boot: bootId(), file, bytes: until, seq, leaf, isSuspect, ...filled(chain), writing });
    },
    remember(file, chain) {
      write({ boot: bootId(), file, ...durable(chain), isSuspect: false, ...filled(chain) });
      failed = undefined;
    },
    distrust(file, chain) {
      failed = { ...(of(file) ?? { ...durable(chain), ...filled(chain) }), boot: bootId(), file, isSuspect: true };
      write(failed);
    },
  };
}
