import type { FileHandle } from 'node:fs/promises';
import type { AuditEntry, AuditRecord, LogName, Receipt } from '../../domain/audit.js';
import { JanusError } from '../../domain/errors.js';
import type { RecordObserver } from './audit-trail.js';
import type { FileSeam } from './log-file.js';
import { appendDurably, assertSameFile, openLog, withLock } from './log-file.js';
import { decodeRecord, encodeRecord, genesis, leafOf, sha256Hex } from './record.js';

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

interface State {
  handle: FileHandle | undefined;
  readBytes: number;
  seq: number;
  prev: string;
  /** Where each record lies: its line is read again when somebody asks for it. */
  readonly known: Map<string, { readonly receipt: Receipt; readonly offset: number; readonly bytes: number }>;
}

const chunkBytes = 1 << 20;

export function createChainedLog(settings: ChainedLogSettings): ChainedLog {
  const { path, log, observe } = settings;
  const state: State = { handle: undefined, readBytes: 0, seq: -1, prev: genesis, known: new Map() };

  /** Takes in one whole line, ours or another process's. A line that is no record is left to `ubos audit verify`: the chain goes on over its bytes. */
  const take = (line: Buffer, offset: number) => {
    state.prev = leafOf(line);
    const record = decodeRecord(line, log);
    state.seq = record?.seq ?? state.seq;
    if (record === undefined || state.known.has(record.id)) return;
    state.known.set(record.id, { receipt: { log, seq: record.seq, leaf: state.prev }, offset, bytes: line.length });
    observe?.(record);
  };

  /** Reads what was appended since the last look; returns the bytes after the last newline: a torn tail. */
  const readDelta = async (handle: FileHandle, size: number): Promise<Buffer> => {
    let rest = Buffer.alloc(0);
    for (let position = state.readBytes; position < size;) {
      const chunk = Buffer.alloc(Math.min(chunkBytes, size - position));
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, position);
      if (bytesRead === 0) break;
      position += bytesRead;
      rest = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
      for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a)) {
        take(rest.subarray(0, end), state.readBytes);
        state.readBytes += end + 1;
        rest = rest.subarray(end + 1);
      }
    }
    return rest;
  };

  const append = async (handle: FileHandle, entry: AuditEntry): Promise<Receipt> => {
    const position = { log, seq: state.seq + 1, prev: state.prev, vesselName: settings.vesselName, timestamp: settings.clock() };
    const line = encodeRecord(entry, position);
    await appendDurably(settings.files, path, handle, line);
    take(line.subarray(0, -1), state.readBytes);
    state.readBytes += line.length;
    const receipt = state.known.get(entry.id)?.receipt;
    if (receipt === undefined) throw new TypeError('an appended record was not taken in');
    return receipt;
  };

  /** SIGKILL alone tears lines: the tail is closed with a newline and a record says what it was. Never truncated. */
  const seal = async (handle: FileHandle, torn: Buffer) => {
    await appendDurably(settings.files, path, handle, Buffer.from('\n'));
    const offset = state.readBytes;
    take(torn, offset);
    state.readBytes += torn.length + 1;
    const data = { bytes: torn.length, sha256: sha256Hex(torn), offset };
    await append(handle, {
      id: `torn/${String(offset)}`,
      eventType: 'torn_tail_sealed',
      summary: `${String(torn.length)} bytes of an unfinished line`,
      data,
    });
  };

  const upToDate = async (): Promise<FileHandle> => {
    const handle = (state.handle ??= await openLog(path));
    const torn = await readDelta(handle, await assertSameFile(path, handle, state.readBytes));
    if (torn.length > 0) await seal(handle, torn);
    return handle;
  };

  /** After a failure the descriptor is not trusted: everything is read anew from a fresh one. */
  const forget = async () => {
    const { handle } = state;
    Object.assign(state, { handle: undefined });
    await handle?.close().catch(() => undefined);
  };

  const locked = async <T>(work: (handle: FileHandle) => Promise<T>): Promise<T> => {
    try {
      return await withLock(path, async () => work(await upToDate()));
    } catch (error) {
      await forget();
      if (error instanceof JanusError || error instanceof TypeError) throw error;
      throw new JanusError('AUDIT_UNAVAILABLE', `${path}: ${String(error)}`, {
        cause: error,
        next: 'look at the disk and at the file: ubos doctor',
      });
    }
  };

  return {
    decide: (decide) =>
      locked(async (handle) => {
        const entry = decide();
        return entry === undefined ? undefined : (state.known.get(entry.id)?.receipt ?? append(handle, entry));
      }),
    find: (id) =>
      locked(async (handle) => {
        const known = state.known.get(id);
        if (known === undefined) return undefined;
        const line = Buffer.alloc(known.bytes);
        await handle.read(line, 0, known.bytes, known.offset);
        return decodeRecord(line, log);
      }),
  };
}
