import type { FileHandle } from 'node:fs/promises';
import type { AuditEntry, AuditRecord, LogName, Receipt } from '../../domain/audit.js';
import { JanusError } from '../../domain/errors.js';
import type { RecordObserver } from './audit-trail.js';
import type { ChainState } from './chain-state.js';
import { createChainState } from './chain-state.js';
import type { FileIdentity, FileSeam } from './log-file.js';
import { createFileLock } from './file-lock.js';
import { inGroups } from './in-groups.js';
import { appendDurably, appendWhole, assertSameFile, openLog, syncDurably } from './log-file.js';
import { decodeRecord, encodeRecord, leafOf, sha256Hex } from './record.js';

export interface ChainedLogSettings {
  readonly path: string;
  readonly log: LogName;
  readonly vesselName: string;
  readonly files: FileSeam;
  readonly clock: () => Date;
  readonly observe: RecordObserver | undefined;
}

/**
 * One file and its chain. What is asked while a sync is on its way forms a group: one lock, one write for each line, and one fdatasync for
 * all of them, before any of them is acknowledged.
 */
export interface ChainedLog {
  /** `decide` sees an index that is up to date, and names entries; none appends nothing. The receipt is that of the last one. */
  decide(decide: () => readonly AuditEntry[]): Promise<Receipt | undefined>;
  find(id: string): Promise<AuditRecord | undefined>;
  /** Gives the descriptors up; the next call opens the files again. */
  close(): Promise<void>;
}

type Ask = { readonly decide: () => readonly AuditEntry[] } | { readonly find: string };
type Answer = Receipt | AuditRecord | undefined;
type Settled<T> = PromiseSettledResult<T>;

/** What only concerns the one who asked; anything else is trouble with the file, and ends the group. */
function attempt<T>(work: () => T): Settled<T> {
  try {
    return { status: 'fulfilled', value: work() };
  } catch (reason) {
    return { status: 'rejected', reason };
  }
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

/** The file as the one who holds its lock sees it: whole, read to its end, and still the same one. */
interface LockedFile {
  run<T>(work: (handle: FileHandle) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

function createLockedFile(settings: ChainedLogSettings, chain: ChainState): LockedFile {
  const { path } = settings;
  const lock = createFileLock(`${path}.lock`);
  let handle: FileHandle | undefined;
  /** Kept when the descriptor is given up: a fresh one must be of the same file. */
  let identity: FileIdentity | undefined;
  let sealing = false;

  const close = async () => {
    const open = handle;
    handle = undefined;
    await Promise.all([open?.close(), lock.close()]);
  };

  const upToDate = async (): Promise<FileHandle> => {
    handle ??= await openLog(path);
    const found = assertSameFile(path, handle, { identity, bytes: chain.readBytes });
    identity = found.identity;
    const torn = await chain.readOn(handle, found.bytes);
    // A seal of which only the newline was written left a whole line, which other processes take for a foreign one.
    sealing ||= torn.length > 0;
    if (sealing && (torn.length > 0 || chain.recordEnd < chain.readBytes)) await seal(settings, chain, handle, torn);
    sealing = false;
    return handle;
  };

  return {
    async run(work) {
      try {
        return await lock.run(async () => work(await upToDate()));
      } catch (error) {
        // After a failure the descriptors are not trusted.
        await close().catch(() => undefined);
        throw asUnavailable(path, error);
      }
    },
    close,
  };
}

function asUnavailable(path: string, error: unknown): unknown {
  if (error instanceof JanusError || error instanceof TypeError) return error;
  return new JanusError('AUDIT_UNAVAILABLE', `${path}: ${String(error)}`, {
    cause: error,
    next: 'look at the disk and at the file: ubos doctor',
  });
}

/** Writes what is new; whoever calls this syncs before anybody is told. */
async function write(settings: ChainedLogSettings, chain: ChainState, handle: FileHandle, entry: AuditEntry): Promise<Settled<Receipt>> {
  const { log, vesselName, clock, files, path } = settings;
  const known = chain.receiptOf(entry.id);
  if (known !== undefined) return { status: 'fulfilled', value: known };
  const place = { log, seq: chain.seq + 1, prev: chain.prev, vesselName, timestamp: clock() };
  const line = attempt(() => encodeRecord(entry, place));
  if (line.status === 'rejected') return line;
  await appendWhole(files, path, handle, line.value);
  chain.take(line.value.subarray(0, -1));
  const receipt = chain.receiptOf(entry.id);
  if (receipt === undefined) throw new TypeError('an appended record was not taken in');
  return { status: 'fulfilled', value: receipt };
}

export function createChainedLog(settings: ChainedLogSettings): ChainedLog {
  const { path, log, files } = settings;
  const chain = createChainState(log, settings.observe);
  const file = createLockedFile(settings, chain);

  const writeAll = async (handle: FileHandle, entries: readonly AuditEntry[]): Promise<Settled<Answer>> => {
    let answer: Settled<Answer> = { status: 'fulfilled', value: undefined };
    for (const entry of entries) {
      answer = await write(settings, chain, handle, entry);
      if (answer.status === 'rejected') return { ...answer, reason: asUnavailable(path, answer.reason) };
    }
    return answer;
  };

  const answerAll = async (asks: readonly Ask[], handle: FileHandle): Promise<Settled<Answer>[]> => {
    const answers: Settled<Answer>[] = [];
    let unsynced = false;
    for (const ask of asks) {
      if ('find' in ask) {
        answers.push({ status: 'fulfilled', value: await chain.fetch(handle, ask.find) });
        continue;
      }
      const entries = attempt(ask.decide);
      if (entries.status === 'rejected') {
        answers.push({ ...entries, reason: asUnavailable(path, entries.reason) });
        continue;
      }
      // New or known: it may be the line of a process that died between its write and its sync.
      unsynced ||= entries.value.length > 0;
      answers.push(await writeAll(handle, entries.value));
    }
    if (unsynced) await syncDurably(files, path, handle);
    return answers;
  };

  const { ask, idle } = inGroups<Ask, Answer>((asks) => file.run((handle) => answerAll(asks, handle)));
  return {
    decide: async (decide) => (await ask({ decide })) as Receipt | undefined,
    find: async (id) => (await ask({ find: id })) as AuditRecord | undefined,
    close: async () => {
      await idle();
      await file.close();
    },
  };
}
