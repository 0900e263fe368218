import type { FileHandle } from 'node:fs/promises';
import type { AuditRecord, LogName, Receipt } from '../../domain/audit.js';
import type { RecordObserver } from './audit-trail.js';
import { decodeRecord, genesis, leafOf } from './record.js';

/** Where a record lies: its line is read again when somebody asks for it. */
interface Place {
  readonly receipt: Receipt;
  readonly offset: number;
  readonly bytes: number;
}

/** What one process knows of a log: how far it has read, and where the chain stands there. */
export interface ChainState {
  readonly readBytes: number;
  readonly seq: number;
  readonly prev: string;
  /** Where the last record ends: what lies behind it is torn or foreign. */
  readonly recordEnd: number;
  /** Takes in one whole line, ours or another process's. A line that is no record is left to the verifier: the chain goes on over its bytes. */
  take(line: Buffer): void;
  /** Takes in what was appended since the last look; returns the bytes after the last newline: a torn tail. */
  readOn(handle: FileHandle, size: number): Promise<Buffer>;
  receiptOf(id: string): Receipt | undefined;
  /** Reads the record with this id again. */
  fetch(handle: FileHandle, id: string): Promise<AuditRecord | undefined>;
}

const chunkBytes = 1 << 20;

export function createChainState(log: LogName, observe: RecordObserver | undefined): ChainState {
  const known = new Map<string, Place>();
  let readBytes = 0;
  let recordEnd = 0;
  let seq = -1;
  let prev = genesis;

  const take = (line: Buffer) => {
    const offset = readBytes;
    readBytes += line.length + 1;
    prev = leafOf(line);
    const record = decodeRecord(line, log);
    if (record === undefined) return;
    seq = record.seq;
    recordEnd = readBytes;
    if (known.has(record.id)) return;
    known.set(record.id, { receipt: { log, seq: record.seq, leaf: prev }, offset, bytes: line.length });
    observe?.(record);
  };

  return {
    get readBytes() {
      return readBytes;
    },
    get seq() {
      return seq;
    },
    get prev() {
      return prev;
    },
    get recordEnd() {
      return recordEnd;
    },
    take,
    async readOn(handle, size) {
      let rest = Buffer.alloc(0);
      for (let position = readBytes; position < size;) {
        const chunk = Buffer.alloc(Math.min(chunkBytes, size - position));
        const { bytesRead } = await handle.read(chunk, 0, chunk.length, position);
        if (bytesRead === 0) break;
        position += bytesRead;
        rest = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
        for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a)) {
          take(rest.subarray(0, end));
          rest = rest.subarray(end + 1);
        }
      }
      return rest;
    },
    receiptOf: (id) => known.get(id)?.receipt,
    async fetch(handle, id) {
      const place = known.get(id);
      if (place === undefined) return undefined;
      const line = Buffer.alloc(place.bytes);
      await handle.read(line, 0, place.bytes, place.offset);
      return decodeRecord(line, log);
    },
  };
}
