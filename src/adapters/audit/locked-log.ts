import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { JanusError } from '../../domain/errors.js';
import type { ChainState } from './chain-state.js';
import { createChainState } from './chain-state.js';
import type { DurableMark } from './durable-mark.js';
import { bootId, readMark, writeMark } from './durable-mark.js';
import { createFileLock } from './file-lock.js';
import type { FileIdentity } from './log-file.js';
import { describeFile, identityOf, leavesDurabilityUnknown, openLog, syncDurably, unavailable } from './log-file.js';
import { seal } from './seal.js';
import type { Beginning, LogSettings, ReadEnd } from './segments.js';
import { beginSegment, closedPaths, readFiles, restoreActive, witnessesOf } from './segments.js';

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

interface Opened extends ReadEnd {
  readonly chain: ChainState;
  readonly identity: FileIdentity;
  /** Without descriptor the file is opened again: it must be the same. */
  readonly isOpen: boolean;
}

/** Reads the log from its oldest file. Throws where it does not hold what somebody vouches for. */
async function openAll(settings: LogSettings, mark: DurableMark | undefined, lastBytes?: number): Promise<Opened> {
  const { path, log, observe, files } = settings;
  const witnesses = witnessesOf(settings, mark);
  const found = new Map<number, string>();
  const chain = createChainState({
    ...{ log, path, observe, witnessed: new Set(witnesses.map(({ seq }) => seq)) },
    onWitnessed: (seq, leaf) => found.set(seq, leaf),
  });
  const closed = closedPaths(path);
  const isThere = identityOf(path) !== undefined || (await restoreActive(settings, closed, witnesses.length > 0));
  const end = await readFiles(settings, chain, isThere ? [...closed, path] : closed, lastBytes === undefined ? {} : { lastBytes });
  if (end === undefined) throw new TypeError('a log that is read from its beginning begins nowhere else');
  try {
    for (const { seq, leaf, says } of witnesses) {
      if (found.get(seq) === leaf || seq < chain.oldestSeq) continue;
      const next = `ubos audit verify; to go on knowingly with a log that was put back, move ${path}.lock away`;
      const what = found.has(seq) ? 'is another one here: the log was rewritten' : 'is not here: records were removed';
      throw unavailable(`${path}: record ${String(seq)}, which ${says} vouches for, ${what}`, undefined, 'known', next);
    }
    await files.syncFolder(dirname(path));
  } catch (error) {
    await end.handle.close();
    throw error;
  }
  return isThere ? toOpened(chain, end) : beginBehind(settings, chain, end, closed);
}

const toOpened = (chain: ChainState, end: ReadEnd): Opened => ({
  ...end,
  chain,
  identity: describeFile(end.handle).identity,
  isOpen: true,
});

/** The active file is missing: the newest closed one must say that another was to follow. */
async function beginBehind(settings: LogSettings, chain: ChainState, end: ReadEnd, closed: readonly string[]): Promise<Opened> {
  await end.handle.close();
  const newest = closed.at(-1) as string;
  if (!chain.isClosed || end.torn.length > 0)
    throw unavailable(`${settings.path} is missing, and ${newest} was not closed: it was deleted`);
  const handle = await beginSegment(settings, chain, { closedAs: newest.slice(dirname(newest).length + 1) });
  return toOpened(chain, { handle, torn: Buffer.alloc(0) });
}

/** Another process went on in a new file: reads what lies between. Undefined: begin anew. */
async function follow(settings: LogSettings, { chain, identity }: Opened): Promise<Opened | undefined> {
  const { path, files } = settings;
  const isMissing = () => identityOf(path) === undefined;
  const closed = closedPaths(path);
  const at = closed.findIndex((each) => identityOf(each) === identity);
  if (at < 0) throw unavailable(`${path} was ${isMissing() ? 'deleted' : 'replaced'} while it was in use`);
  const isThere = !isMissing() || (await restoreActive(settings, closed, true));
  chain.segment.path = closed[at] as string;
  const end = await readFiles(settings, chain, [...closed.slice(at), ...(isThere ? [path] : [])], { isEntered: true });
  if (end === undefined) return undefined;
  await files.syncFolder(dirname(path));
  return isThere ? toOpened(chain, end) : beginBehind(settings, chain, end, closed);
}

/** The file behind the name must still be the one that was read, and may only have grown: anything else was done to it by hand. */
async function readOn({ path }: LogSettings, opened: Opened): Promise<Opened> {
  const handle = opened.isOpen ? opened.handle : await openLog(path);
  const { identity, bytes } = describeFile(handle);
  try {
    if (identity !== opened.identity) throw unavailable(`${path} was replaced while it was in use`);
    const { readBytes } = opened.chain;
    if (bytes < readBytes) throw unavailable(`${path} has shrunk from ${String(readBytes)} to ${String(bytes)} bytes`);
    return { ...opened, handle, isOpen: true, torn: await opened.chain.readOn(handle, bytes) };
  } catch (error) {
    if (!opened.isOpen) await handle.close();
    throw error;
  }
}

export function createLockedLog(settings: LogSettings): LockedLog {
  const { path, files } = settings;
  const lock = createFileLock(`${path}.lock`);
  let opened: Opened | undefined;
  let isShown = false;
  let isSealing = false;
  let mark: DurableMark | undefined;
  /** Also known where the lock file could not take it. */
  let suspect: DurableMark | undefined;

  const letGo = async () => {
    const held = opened;
    if (held !== undefined) opened = { ...held, isOpen: false };
    if (held?.isOpen === true) await held.handle.close();
  };
  const open = async (lastBytes?: number) => {
    await letGo();
    opened = undefined;
    if (isShown) settings.forget?.();
    isShown = true;
    opened = await openAll(settings, mark, lastBytes);
    return opened;
  };
  const remember = (fd: number, { chain, identity }: Opened) => {
    const { recordEnd: bytes, seq, recordLeaf: leaf } = chain;
    mark = { boot: bootId(), file: identity, bytes, seq, leaf, isSuspect: false };
    writeMark(fd, mark);
  };
  const begin = async (fd: number, before: Opened, beginning?: Beginning): Promise<Opened> => {
    const handle = await beginSegment(settings, before.chain, beginning);
    await before.handle.close().catch(() => undefined);
    opened = toOpened(before.chain, { handle, torn: Buffer.alloc(0) });
    suspect = undefined;
    remember(fd, opened);
    return opened;
  };

  /** What was not known to be durable when a sync failed counts for nothing, and nothing is appended to that file any more. */
  const abandon = async (fd: number, { bytes, seq, leaf }: DurableMark): Promise<Opened> => {
    const before = await open(bytes);
    // It stands where the durable records end, not where the file does.
    opened = undefined;
    try {
      if (before.chain.seq !== seq || before.chain.recordLeaf !== leaf)
        throw unavailable(`${path} is not what it was when its sync failed`);
      return await begin(fd, before, { why: 'a sync of the file before failed', abandonedFrom: bytes });
    } catch (error) {
      await before.handle.close().catch(() => undefined);
      throw error;
    }
  };

  const current = async (fd: number): Promise<Opened> => {
    const named = identityOf(path);
    const isNow = mark?.boot === bootId() && mark.file === named;
    const failed = suspect?.file === named ? suspect : isNow && mark?.isSuspect === true ? mark : undefined;
    if (failed !== undefined) return abandon(fd, failed);
    let now = opened;
    if (now !== undefined) now = now.identity === named ? await readOn(settings, now) : await followOn(now);
    now ??= await open();
    opened = now;
    // A seal of which only the newline was written left a whole line, which other processes take for a foreign one.
    isSealing ||= now.torn.length > 0;
    if (isSealing && (now.torn.length > 0 || now.chain.recordEnd < now.chain.readBytes))
      await seal(settings, now.chain, now.handle, now.torn);
    isSealing = false;
    if (mark?.boot !== bootId() || mark.file !== now.identity) {
      // Nobody has said yet what is durable in this file.
      if (now.chain.readBytes > 0) await sync(fd, now);
      else remember(fd, now);
    }
    // Somebody died between the record that closes a file and the next file.
    return now.chain.isClosed ? begin(fd, now) : now;
  };

  const followOn = async (before: Opened): Promise<Opened | undefined> => {
    await letGo();
    try {
      return await follow(settings, before);
    } catch (error) {
      // Refused before anything was read: what was known goes on being known, and the next one is refused as well.
      if (before.chain.segment.path !== path) opened = undefined;
      throw error;
    }
  };

  const sync = async (fd: number, now: Opened) => {
    await syncDurably(files, path, now.handle);
    remember(fd, now);
  };

  const held = (fd: number, now: Opened): HeldLog => {
    let at = now;
    return {
      chain: now.chain,
      get handle() {
        return at.handle;
      },
      sync: () => sync(fd, at),
      begin: async (beginning) => void (at = await begin(fd, at, beginning)),
    };
  };

  const failedBy = (fd: number, error: unknown) => {
    if (opened === undefined || !leavesDurabilityUnknown(error)) return;
    const { chain, identity: file } = opened;
    // Whatever nobody has vouched for is kept: it was there when this file was opened.
    const durable =
      mark?.file === file && mark.boot === bootId() ? mark : { bytes: chain.recordEnd, seq: chain.seq, leaf: chain.recordLeaf };
    suspect = { ...durable, boot: bootId(), file, isSuspect: true };
    writeMark(fd, suspect);
  };

  const close = async () => {
    await Promise.all([letGo(), lock.close()]);
  };

  return {
    async run(work) {
      try {
        return await lock.run(async (fd) => {
          mark = readMark(fd);
          try {
            return await work(held(fd, await current(fd)));
          } catch (error) {
            failedBy(fd, error);
            throw error;
          }
        });
      } catch (error) {
        // After a failure the descriptors are not trusted.
        await close().catch(() => undefined);
        throw asUnavailable(path, error);
      }
    },
    close,
  };
}
