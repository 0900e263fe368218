import type { FileHandle } from 'node:fs/promises';
import { trailEvent } from '../../../domain/trail/events.js';
import type { LogName } from '../../../domain/trail/logs.js';
import type { Fed } from '../../../domain/trail/projection.js';
import { decodeRecord, genesis, leafOf } from '../format/record.js';

/** One file of a log as the chain knows it. Its path changes once, when it is closed. */
export interface Segment {
  path: string;
}

/** Where a record lies: its line is read again when somebody asks for it. */
export interface Place {
  readonly segment: Segment;
  readonly offset: number;
  readonly bytes: number;
}

/** What one process knows of a log: how far it has read in which file, and where the chain stands there. Offsets are those of that file. */
export interface ChainState {
  readonly segment: Segment;
  readonly readBytes: number;
  readonly seq: number;
  /** Leaf of the last line. */
  readonly prev: string;
  /** Where the last record ends, and its leaf: what lies after it is torn or foreign. */
  readonly recordEnd: number;
  readonly recordLeaf: string;
  /** The first record that is left of the log. */
  readonly oldestSeq: number;
  /** Number of the file's first record, or of the one that would be it. */
  readonly firstSeq: number;
  /** Time of that record, as it stands there. */
  readonly firstTimestamp: string | undefined;
  /** The last line is the record that closes the file: nothing may follow it there. */
  readonly isClosed: boolean;
  /** Goes on in the next file. */
  enter(segment: Segment): void;
  /** Goes on where records are gone: the first one that is left follows `seq`. */
  skipTo(seq: number, prev: string): void;
  /** Takes in one whole line, ours or another process's. A line that is no record is left to the verifier: the chain goes on over its bytes. */
  take(line: Buffer): void;
  /** Takes in the file up to `size`; returns the bytes after the last newline: a torn tail. */
  readOn(handle: FileHandle, size: number): Promise<Buffer>;
  placeOf(id: string): Place | undefined;
}

const chunkBytes = 1 << 20;

/** Returns the bytes after the last newline. */
async function takeLines(
  handle: FileHandle,
  { from, to }: { readonly from: number; readonly to: number },
  take: (line: Buffer) => void,
): Promise<Buffer> {
  let rest = Buffer.alloc(0);
  for (let position = from; position < to;) {
    const chunk = Buffer.alloc(Math.min(chunkBytes, to - position));
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
}

export interface ChainSettings {
  readonly log: LogName;
  readonly path: string;
  readonly projections: readonly Fed[];
  /** Called for each record whose number is in `required`. */
  readonly required?: ReadonlySet<number>;
  readonly onRequired?: (seq: number, leaf: string) => void;
}

/** A line whose leaf is made when it is asked for: reading a long log takes half the time. */
interface HeldLine {
  readonly line?: Buffer;
  leaf?: string;
}

const leafIn = (held: HeldLine) => (held.leaf ??= leafOf(held.line ?? Buffer.alloc(0)));

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

export function createChainState({ log, path, projections, required, onRequired }: ChainSettings): ChainState {
  const known = new Map<string, Place>();
  let last: HeldLine = { leaf: genesis };
  let lastRecord = last;

  const take = (line: Buffer) => {
    const offset = chain.readBytes;
    chain.readBytes += line.length + 1;
    last = { line };
    const record = decodeRecord(line, log);
    chain.isClosed = record?.event_type === trailEvent.segmentClose;
    if (record === undefined) return;
    lastRecord = last;
    chain.seq = record.seq;
    chain.recordEnd = chain.readBytes;
    if (chain.firstTimestamp === undefined) {
      chain.firstSeq = record.seq;
      chain.firstTimestamp = record.timestamp;
    }
    if (required?.has(record.seq) === true) onRequired?.(record.seq, leafIn(last));
    if (known.has(record.id)) return;
    known.set(record.id, { segment: chain.segment, offset, bytes: line.length });
    for (const projection of projections) projection.apply(record);
  };

  const chain: Mutable<ChainState> = {
    segment: { path },
    readBytes: 0,
    seq: -1,
    recordEnd: 0,
    oldestSeq: 0,
    firstSeq: 0,
    firstTimestamp: undefined,
    isClosed: false,
    get prev() {
      return leafIn(last);
    },
    get recordLeaf() {
      return leafIn(lastRecord);
    },
    enter: (segment) => {
      Object.assign(chain, { segment, readBytes: 0, recordEnd: 0, firstSeq: chain.seq + 1, firstTimestamp: undefined, isClosed: false });
    },
    skipTo: (seq, leaf) => {
      Object.assign(chain, { seq, oldestSeq: seq + 1 });
      last = { leaf };
      lastRecord = last;
    },
    take,
    readOn: (handle, size) => takeLines(handle, { from: chain.readBytes, to: size }, take),
    placeOf: (id) => known.get(id),
  };
  return chain;
}
