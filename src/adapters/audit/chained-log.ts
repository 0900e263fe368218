import type { FileHandle } from 'node:fs/promises';
import type { AuditEntry, AuditRecord, LogName, Receipt } from '../../domain/audit.js';
import { JanusError } from '../../domain/errors.js';
import type { RecordObserver } from './audit-trail.js';
import type { ChainState } from './chain-state.js';
import { createChainState } from './chain-state.js';
import type { FileIdentity, FileSeam } from './log-file.js';
import { appendDurably, assertSameFile, openLog, syncDurably, withLock } from './log-file.js';
import { encodeRecord, sha256Hex } from './record.js';

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

/** SIGKILL alone tears lines: the tail is closed with a newline and a record says what it was. Never truncated. */
async function seal(settings: ChainedLogSettings, chain: ChainState, handle: FileHandle, torn: Buffer): Promise<void> {
  await appendDurably(settings.files, settings.path, handle, Buffer.from('\n'));
  const offset = chain.readBytes;
  chain.take(torn);
  await append(settings, chain, handle, {
    id: `torn/${String(offset)}`,
    eventType: 'torn_tail_sealed',
    summary: `${String(torn.length)} bytes of an unfinished line`,
    data: { bytes: torn.length, sha256: sha256Hex(torn), offset },
  });
}

export function createChainedLog(settings: ChainedLogSettings): ChainedLog {
  const { path, log, files } = settings;
  const chain = createChainState(log, settings.observe);
  let handle: FileHandle | undefined;
  /** Kept when the descriptor is given up: a fresh one must be of the same file. */
  let identity: FileIdentity | undefined;

  const upToDate = async (): Promise<FileHandle> => {
    handle ??= await openLog(path);
    const found = await assertSameFile(path, handle, { identity, bytes: chain.readBytes });
    identity = found.identity;
    const torn = await chain.readOn(handle, found.bytes);
    if (torn.length > 0) await seal(settings, chain, handle, torn);
    return handle;
  };

  const locked = async <T>(work: (handle: FileHandle) => Promise<T>): Promise<T> => {
    try {
      return await withLock(path, async () => work(await upToDate()));
    } catch (error) {
      // After a failure the descriptor is not trusted.
      await handle?.close().catch(() => undefined);
      handle = undefined;
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
  };
}
