import type { FileHandle } from 'node:fs/promises';
import { trailEvent } from '../../../domain/trail/events.js';
import type { LogName } from '../../../domain/trail/logs.js';
import type { Fed } from '../../../domain/trail/projection.js';
import type { AuditRecord } from '../../../domain/trail/records.js';
import { decodeRecord, genesis, leafOf } from '../format/record.js';
import { forEachLine } from '../read/segment-files.js';
import { foreign } from './log-file.js';

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
  /** Where the last line lies in the file. */
  readonly lastLine: Pick<Place, 'offset' | 'bytes'> | undefined;
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
  /** Takes in one whole line, ours or another process's. Throws where it is a record that does not continue the line before. */
  take(line: Buffer): void;
  /** Takes in the file up to `size`; returns the bytes after the last newline: a torn tail. */
  readOn(handle: FileHandle, size: number): Promise<Buffer>;
  placeOf(id: string): Place | undefined;
}

export interface ChainSettings {
  readonly log: LogName;
  readonly path: string;
  readonly projections: readonly Fed[];
  /** Called for each record whose number is in `required`. */
  readonly required?: ReadonlySet<number>;
  readonly onRequired?: (seq: number, leaf: string) => void;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Why a record cannot stand behind the lines of this chain; undefined where it can. */
function misfit(chain: ChainState, record: AuditRecord): string | undefined {
  if (record.prev !== chain.prev) return 'it does not hold the hash of the line before';
  if (record.seq !== chain.seq + 1) return `its number is ${record.seq}, and ${chain.seq + 1} comes here`;
  const unsealed = chain.readBytes - 1 - chain.recordEnd;
  const isSeal = record.event_type === trailEvent.tornTailSealed && record.offset === chain.recordEnd && record.bytes === unsealed;
  return unsealed < 0 || isSeal ? undefined : 'what stands before it is no record, and it does not seal that';
}

export function createChainState({ log, path, projections, required, onRequired }: ChainSettings): ChainState {
  const known = new Map<string, Place>();

  const take = (line: Buffer) => {
    const offset = chain.readBytes;
    const record = decodeRecord(line, log);
    const why = record === undefined ? undefined : misfit(chain, record);
    if (why !== undefined) throw foreign(chain.segment.path, `the line at byte ${offset} was not written by Janus: ${why}`);
    chain.readBytes += line.length + 1;
    chain.prev = leafOf(line);
    chain.lastLine = { offset, bytes: line.length };
    chain.isClosed = record?.event_type === trailEvent.segmentClose;
    if (record === undefined) return;
    chain.recordLeaf = chain.prev;
    chain.seq = record.seq;
    chain.recordEnd = chain.readBytes;
    if (chain.firstTimestamp === undefined) {
      chain.firstSeq = record.seq;
      chain.firstTimestamp = record.timestamp;
    }
    if (required?.has(record.seq) === true) onRequired?.(record.seq, chain.recordLeaf);
    if (known.has(record.id)) return;
    known.set(record.id, { segment: chain.segment, offset, bytes: line.length });
    for (const projection of projections) projection.apply(record);
  };

  const chain: Mutable<ChainState> = {
    segment: { path },
    readBytes: 0,
    seq: -1,
    prev: genesis,
    lastLine: undefined,
    recordEnd: 0,
    recordLeaf: genesis,
    oldestSeq: 0,
    firstSeq: 0,
    firstTimestamp: undefined,
    isClosed: false,
    enter: (segment) => {
      const atItsBeginning = { readBytes: 0, recordEnd: 0, lastLine: undefined, firstTimestamp: undefined, isClosed: false };
      Object.assign(chain, { segment, firstSeq: chain.seq + 1, ...atItsBeginning });
    },
    skipTo: (seq, leaf) => {
      Object.assign(chain, { seq, oldestSeq: seq + 1, prev: leaf, recordLeaf: leaf });
    },
    take,
    readOn: async (handle, size) => {
      const from = chain.readBytes;
      const end = await forEachLine(handle, from, size, (buffer, start, stop) => {
        take(buffer.subarray(start, stop));
        return true;
      });
      const torn = Buffer.alloc(Math.max(0, size - end));
      const { bytesRead } = torn.length === 0 ? { bytesRead: 0 } : await handle.read(torn, 0, torn.length, end);
      return torn.subarray(0, bytesRead);
    },
    placeOf: (id) => known.get(id),
  };
  return chain;
}
