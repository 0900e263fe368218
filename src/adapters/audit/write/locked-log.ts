import type { FileHandle } from 'node:fs/promises';
import { JanusError } from '../../../domain/errors.js';
import type { ChainState } from './chain-state.js';
import type { DurableMark } from '../format/durable-mark.js';
import type { MarkKeeper } from './mark-keeper.js';
import { createMarkKeeper } from './mark-keeper.js';
import { createFileLock } from './file-lock.js';
import { appendWhole, describeFile, foreign, identityOf, leavesDurabilityUnknown, syncDurably, unavailable } from './log-file.js';
import type { Opened } from './open-log.js';
import { follow, openAll, readOn, toOpened } from './open-log.js';
import { mendTornLine } from './mend-torn-line.js';
import type { Beginning } from './begin-segment.js';
import { beginSegment } from './begin-segment.js';
import type { LogSettings } from './log-settings.js';

/** A log as the one who holds its lock sees it: whole, read to its end, and still the same one. */
export interface HeldLog {
  readonly chain: ChainState;
  readonly handle: FileHandle;
  /** One write at the end: the line counts only after the sync. */
  append(line: Buffer): Promise<void>;
  /** Makes all that was appended durable, and tells the other processes so. */
  sync(): Promise<void>;
  /** Goes on in a new file. What was appended must be durable. */
  begin(beginning?: Beginning): Promise<void>;
}

export interface LockedLog {
  run<T>(work: (log: HeldLog) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Anything but what only concerns the one who asked is trouble with the log. */
export function asUnavailable(path: string, error: unknown): unknown {
  if (error instanceof JanusError || error instanceof TypeError) return error;
  return unavailable(`${path}: ${String(error)}`, error);
}

/** What stays from one use of the lock to the next. */
interface Kept {
  readonly settings: LogSettings;
  readonly marks: MarkKeeper;
  opened: Opened | undefined;
  isShown: boolean;
}

async function letGo(kept: Kept): Promise<void> {
  const held = kept.opened;
  if (held !== undefined) kept.opened = { ...held, isOpen: false };
  if (held?.isOpen === true) await held.handle.close();
}

async function open(kept: Kept, lastBytes?: number): Promise<Opened> {
  await letGo(kept);
  kept.opened = undefined;
  const forget = () => kept.settings.projections.forEach((projection) => projection.forget());
  if (kept.isShown) forget();
  try {
    kept.opened = await openAll(kept.settings, kept.marks, lastBytes);
    kept.isShown = true;
    return kept.opened;
  } catch (error) {
    // What was shown until it turned out not to hold counts for nothing.
    forget();
    kept.isShown = false;
    throw error;
  }
}

async function append({ settings, marks }: Kept, { identity, chain, handle }: Opened, line: Buffer): Promise<void> {
  marks.announce(identity, chain, line);
  await appendWhole(settings.files, settings.path, handle, line);
  chain.take(line.subarray(0, -1));
}

async function sync(kept: Kept, { identity, chain, handle }: Opened): Promise<void> {
  const { settings, marks } = kept;
  await syncDurably(settings.files, settings.path, handle);
  if (describeFile(handle).bytes !== chain.readBytes) {
    // It came in between: where our lines lie is not known any more, and nobody is told that they count.
    kept.opened = undefined;
    await handle.close().catch(() => undefined);
    throw foreign(settings.path, 'somebody else wrote to it in this very moment');
  }
  marks.remember(identity, chain);
}

async function begin(kept: Kept, before: Opened, beginning?: Beginning): Promise<Opened> {
  const handle = await beginSegment(kept.settings, before.chain, beginning);
  await before.handle.close().catch(() => undefined);
  const now = toOpened(before.chain, { handle, torn: Buffer.alloc(0) });
  kept.opened = now;
  kept.marks.remember(now.identity, now.chain);
  return now;
}

/** What was not known to be durable when a sync failed counts for nothing, and nothing is appended to that file any more. */
async function abandon(kept: Kept, { bytes, seq, leaf }: DurableMark): Promise<Opened> {
  const before = await open(kept, bytes);
  // It stands where the durable records end, not where the file does.
  kept.opened = undefined;
  try {
    if (before.chain.seq !== seq || before.chain.recordLeaf !== leaf)
      throw unavailable(`${kept.settings.path} is not what it was when its sync failed`);
    return await begin(kept, before, { why: 'a sync of the file before failed', abandonedFrom: bytes });
  } catch (error) {
    await before.handle.close().catch(() => undefined);
    throw error;
  }
}

async function followOn(kept: Kept, before: Opened): Promise<Opened | undefined> {
  await letGo(kept);
  try {
    return await follow(kept.settings, before, kept.marks);
  } catch (error) {
    // Refused before anything was read: what was known goes on being known, and the next one is refused as well.
    if (before.chain.segment.path !== kept.settings.path) kept.opened = undefined;
    throw error;
  }
}

/** What a kill left unfinished is closed with a seal; where nobody has said yet what is durable in this file, all of it is made so. */
async function settle({ settings, marks }: Kept, { identity, chain, handle, torn }: Opened): Promise<void> {
  const isUnfinished = torn.length > 0 || chain.recordEnd < chain.readBytes;
  if (marks.of(identity) !== undefined && !isUnfinished) return;
  if (marks.of(identity) === undefined && (isUnfinished || chain.readBytes > 0)) await syncDurably(settings.files, settings.path, handle);
  if (isUnfinished) await mendTornLine(settings, { chain, handle, torn, announce: (bytes) => marks.announce(identity, chain, bytes) });
  marks.remember(identity, chain);
}

/** The log as it is now, whoever wrote to it. `fd`: of the lock file. */
async function current(kept: Kept, fd: number): Promise<Opened> {
  const { settings, marks } = kept;
  marks.load(fd);
  const named = identityOf(settings.path);
  const failed = marks.suspect(named);
  if (failed !== undefined) return abandon(kept, failed);
  let now = kept.opened;
  if (now !== undefined) now = now.identity === named ? await readOn(settings, now, marks) : await followOn(kept, now);
  now ??= await open(kept);
  kept.opened = now;
  await settle(kept, now);
  // Somebody died between the record that closes a file and the next file.
  return now.chain.isClosed ? begin(kept, now) : now;
}

export function createLockedLog(settings: LogSettings): LockedLog {
  const lock = createFileLock(`${settings.path}.lock`);
  const kept: Kept = { settings, marks: createMarkKeeper(), opened: undefined, isShown: false };
  const close = async () => {
    await Promise.all([letGo(kept), lock.close()]);
  };
  const hold = (now: Opened): HeldLog => {
    let at = now;
    return {
      chain: now.chain,
      get handle() {
        return at.handle;
      },
      append: (line) => append(kept, at, line),
      sync: () => sync(kept, at),
      begin: async (beginning) => void (at = await begin(kept, at, beginning)),
    };
  };
  return {
    async run(work) {
      try {
        return await lock.run(async (fd) => {
          try {
            return await work(hold(await current(kept, fd)));
          } catch (error) {
            if (kept.opened !== undefined && leavesDurabilityUnknown(error)) kept.marks.distrust(kept.opened.identity, kept.opened.chain);
            throw error;
          }
        });
      } catch (error) {
        // After a failure the descriptors are not trusted.
        await close().catch(() => undefined);
        throw asUnavailable(settings.path, error);
      }
    },
    close,
  };
}
