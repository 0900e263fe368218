import type { FileHandle } from 'node:fs/promises';
import { JanusError } from '../../../domain/errors.js';
import type { ChainState } from './chain-state.js';
import type { DurableMark, MarkKeeper } from './durable-mark.js';
import { createMarkKeeper } from './durable-mark.js';
import { createFileLock } from './file-lock.js';
import { identityOf, leavesDurabilityUnknown, syncDurably, unavailable } from './log-file.js';
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
  isMending: boolean;
}

async function letGo(kept: Kept): Promise<void> {
  const held = kept.opened;
  if (held !== undefined) kept.opened = { ...held, isOpen: false };
  if (held?.isOpen === true) await held.handle.close();
}

async function open(kept: Kept, lastBytes?: number): Promise<Opened> {
  await letGo(kept);
  kept.opened = undefined;
  if (kept.isShown) for (const projection of kept.settings.projections) projection.forget();
  kept.isShown = true;
  kept.opened = await openAll(kept.settings, kept.marks.last(), lastBytes);
  return kept.opened;
}

async function sync({ settings, marks }: Kept, now: Opened): Promise<void> {
  await syncDurably(settings.files, settings.path, now.handle);
  marks.remember(now.identity, now.chain);
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
    return await follow(kept.settings, before);
  } catch (error) {
    // Refused before anything was read: what was known goes on being known, and the next one is refused as well.
    if (before.chain.segment.path !== kept.settings.path) kept.opened = undefined;
    throw error;
  }
}

async function mend(kept: Kept, { chain, torn, handle }: Opened): Promise<void> {
  // A seal of which only the newline was written left a whole line, which other processes take for a foreign one.
  kept.isMending ||= torn.length > 0;
  if (kept.isMending && (torn.length > 0 || chain.recordEnd < chain.readBytes)) await mendTornLine(kept.settings, chain, handle, torn);
  kept.isMending = false;
}

/** The log as it is now, whoever wrote to it. `fd`: of the lock file. */
async function current(kept: Kept, fd: number): Promise<Opened> {
  const { settings, marks } = kept;
  marks.load(fd);
  const named = identityOf(settings.path);
  const failed = marks.suspect(named);
  if (failed !== undefined) return abandon(kept, failed);
  let now = kept.opened;
  if (now !== undefined) now = now.identity === named ? await readOn(settings, now) : await followOn(kept, now);
  now ??= await open(kept);
  kept.opened = now;
  await mend(kept, now);
  if (marks.of(now.identity) === undefined) {
    // Nobody has said yet what is durable in this file.
    if (now.chain.readBytes > 0) await sync(kept, now);
    else marks.remember(now.identity, now.chain);
  }
  // Somebody died between the record that closes a file and the next file.
  return now.chain.isClosed ? begin(kept, now) : now;
}

export function createLockedLog(settings: LogSettings): LockedLog {
  const lock = createFileLock(`${settings.path}.lock`);
  const kept: Kept = { settings, marks: createMarkKeeper(), opened: undefined, isShown: false, isMending: false };
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
