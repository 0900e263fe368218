import type { FileHandle } from 'node:fs/promises';
import type { AuditEntry, AuditRecord, LogName, Receipt } from '../../domain/audit.js';
import { JanusError } from '../../domain/errors.js';
import type { RecordObserver } from './audit-trail.js';
import type { ChainState } from './chain-state.js';
import { createChainState } from './chain-state.js';
import type { FileIdentity, FileSeam } from './log-file.js';
import { appendDurably, assertSameFile, openLog, syncDurably, withLock } from './log-file.js';
import { decodeRecord, encodeRecord, leafOf, sha256Hex } from './record.js';

export interface ChainedLogSettings {
  readonly path: string;
  readonly log: LogName;
  readonly vesselName: string;
  readonly files: FileSeam;
  readonly clock: () => Date;
  readonly observe: RecordObserver | undefined;
}

/** One file and its chain. Everything here happens under the file's lock. */
export interface ChainedLog {
  /** `decide` sees an index that is up to date, and may name an entry; undefined appends nothing. */
  decide(decide: () => AuditEntry | undefined): Promise<Receipt | undefined>;
  find(id: string): Promise<AuditRecord | undefined>;
  /** Gives the descriptor up; the next call opens the file again. */
  close(): Promise<void>;
}

async function append(settings: ChainedLogSettings, chain: ChainState, handle: FileHandle, entry: AuditEntry): Promise<Receipt> {
  const { log, vesselName, clock, files, path } = settings;
  const line = encodeRecord(entry, { log, seq: chain.seq + 1, prev: chain.prev, vesselName, timestamp: clock() });
  await appendDurably(files, path, handle, line);
  chain.take(line.subarray(0, -1));
  const receipt = chain.receiptOf(entry.id);
  if (receipt === undefined) throw new TypeError('an appended record was not taken in');
  return receipt;
}

/**
 * SIGKILL alone tears lines: the tail is closed with a newline, and a record says what it was. Never truncated. One write for both, so that
 * there is no moment between them; where even that one is torn, the next seal covers all that lies behind the last record.
 */
async function seal(settings: ChainedLogSettings, chain: ChainState, handle: FileHandle, torn: Buffer): Promise<void> {
  const { log, vesselName, clock, files, path } = settings;
  const newline = Buffer.from(torn.length > 0 ? '\n' : '');
  if (decodeRecord(torn, log) !== undefined) {
    // Only its newline is missing: it is a record after all.
    await appendDurably(files, path, handle, newline);
    chain.take(torn);
    return;
  }
  const offset = chain.recordEnd;
  const bytes = Buffer.alloc(chain.readBytes + torn.length - (torn.length > 0 ? 0 : 1) - offset);
  await handle.read(bytes, 0, bytes.length, offset);
  const entry: AuditEntry = {
    id: `torn/${String(offset)}`,
    eventType: 'torn_tail_sealed',
    summary: `${String(bytes.length)} bytes of an unfinished line`,
    data: { bytes: bytes.length, sha256: sha256Hex(bytes), offset },
  };
  const prev = torn.length > 0 ? leafOf(torn) : chain.prev;
  const line = encodeRecord(entry, { log, seq: chain.seq + 1, prev, vesselName, timestamp: clock() });
  await appendDurably(files, path, handle, Buffer.concat([newline, line]));
  if (torn.length > 0) chain.take(torn);
  chain.take(line.subarray(0, -1));
}

export function createChainedLog(settings: ChainedLogSettings): ChainedLog {
  const { path, log, files } = settings;
  const chain = createChainState(log, settings.observe);
  let handle: FileHandle | undefined;
  /** Kept when the descriptor is given up: a fresh one must be of the same file. */
  let identity: FileIdentity | undefined;
  let sealing = false;

  const close = async () => {
    const open = handle;
    handle = undefined;
    await open?.close();
  };

  const upToDate = async (): Promise<FileHandle> => {
    handle ??= await openLog(path);
    const found = await assertSameFile(path, handle, { identity, bytes: chain.readBytes });
    identity = found.identity;
    const torn = await chain.readOn(handle, found.bytes);
    // A seal of which only the newline was written left a whole line, which other processes take for a foreign one.
    sealing ||= torn.length > 0;
    if (sealing && (torn.length > 0 || chain.recordEnd < chain.readBytes)) await seal(settings, chain, handle, torn);
    sealing = false;
    return handle;
  };

  const locked = async <T>(work: (handle: FileHandle) => Promise<T>): Promise<T> => {
    try {
      return await withLock(path, async () => work(await upToDate()));
    } catch (error) {
      // After a failure the descriptor is not trusted.
      await close().catch(() => undefined);
      if (error instanceof JanusError || error instanceof TypeError) throw error;
      throw new JanusError('AUDIT_UNAVAILABLE', `${path}: ${String(error)}`, {
        cause: error,
        next: 'look at the disk and at the file: ubos doctor',
      });
    }
  };

  return {
    decide: (decide) =>
      locked(async (open) => {
        const entry = decide();
        if (entry === undefined) return undefined;
        const known = chain.receiptOf(entry.id);
        if (known === undefined) return append(settings, chain, open, entry);
        // It may be the line of a process that died between its write and its sync.
        await syncDurably(files, path, open);
        return known;
      }),
    find: (id) => locked((open) => chain.fetch(open, id)),
    close,
  };
}
