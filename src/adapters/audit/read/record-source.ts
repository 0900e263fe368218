import { existsSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { LogName } from '../../../domain/trail/logs.js';
import type { AuditRecord } from '../../../domain/trail/records.js';
import { decodeRecord, sha256Hex } from '../format/record.js';
import { closedSegments, forEachLine } from './segment-files.js';
import { abandonedFrom, firstLine } from './segment-start.js';

/** How far a log was read, to be kept by the reader. Survives the renaming of files: each is known by its first line. */
export interface Cursor {
  /** SHA-256 of the file's first line; empty: nothing was read yet. */
  readonly segment: string;
  readonly offset: number;
  /** Number of the last record that was read. */
  readonly seq: number;
  /** Ids that were read and then taken back by a failed sync: the next file may hold them again. */
  readonly takenBack: readonly string[];
}

interface ReadRecord {
  readonly record: AuditRecord;
  /** Behind this record. */
  readonly end: Cursor;
}

export interface RecordsRead {
  readonly records: readonly ReadRecord[];
  /** Behind all that was read. */
  readonly cursor: Cursor;
  /** There is another file to read. */
  readonly goesOn: boolean;
}

/** The records of a log for a reader that keeps a cursor: each once, over rotations and failed syncs, without verifying anything. Takes no lock. */
export interface RecordSource {
  /** The cursor in a text that was kept; the beginning where that is none. */
  parse(kept: string): Cursor;
  /** From the cursor to the end of the file in which it stands. */
  readOn(cursor: Cursor): Promise<RecordsRead>;
  /** Shows all records that a reader with this cursor has read. */
  readUntil(cursor: Cursor, take: (record: AuditRecord) => void): Promise<void>;
}

const beginning: Cursor = { segment: '', offset: 0, seq: -1, takenBack: [] };

function parseCursor(kept: string): Cursor {
  try {
    const { segment, offset, seq, takenBack } = JSON.parse(kept) as Partial<Cursor>;
    const isCursor = typeof segment === 'string' && Number.isSafeInteger(offset) && Number.isSafeInteger(seq) && Array.isArray(takenBack);
    return isCursor ? ({ segment, offset, seq, takenBack } as Cursor) : beginning;
  } catch {
    return beginning;
  }
}

/** Oldest first, the active one last. */
const filesOf = (path: string): readonly string[] => [
  ...closedSegments(path).map((name) => join(dirname(path), name)),
  ...(existsSync(path) ? [path] : []),
];

async function withFile<T>(path: string, work: (handle: FileHandle) => Promise<T>): Promise<T | undefined> {
  const handle = await open(path, 'r').catch((): undefined => undefined);
  if (handle === undefined) return undefined;
  try {
    return await work(handle);
  } finally {
    await handle.close();
  }
}

async function segmentOf(handle: FileHandle): Promise<string | undefined> {
  const line = await firstLine(handle);
  return line === undefined ? undefined : sha256Hex(line);
}

/** Where the file stands that the cursor names; the oldest one where that is gone. Newest first: it stands nearly always in the active file. */
async function placeOf(files: readonly string[], cursor: Cursor): Promise<number> {
  for (let index = files.length - 1; index >= 0 && cursor.segment !== ''; index -= 1)
    if ((await withFile(files[index] as string, segmentOf)) === cursor.segment) return index;
  return 0;
}

interface Following {
  readonly segment: string;
  /** Where the lines begin that a failed sync took from the file before. */
  readonly abandonedFrom: number | undefined;
}

async function followingOf(file: string, next: string): Promise<Following | undefined> {
  return withFile(next, async (handle) => {
    const segment = await segmentOf(handle);
    return segment === undefined ? undefined : { segment, abandonedFrom: await abandonedFrom(basename(file), { handle }) };
  });
}

/** Whole records between two offsets; `end` is after the last newline: what lies after it is still being written. */
async function recordsIn(handle: FileHandle, log: LogName, from: number, to: number) {
  const records: { readonly record: AuditRecord; readonly end: number }[] = [];
  let end = from;
  await forEachLine(handle, from, to, (buffer, start, stop) => {
    end += stop - start + 1;
    const record = decodeRecord(buffer.subarray(start, stop), log);
    if (record !== undefined) records.push({ record, end });
    return true;
  });
  return { records, end };
}

async function readOn(path: string, log: LogName, cursor: Cursor): Promise<RecordsRead> {
  const files = filesOf(path);
  const nothing: RecordsRead = { records: [], cursor, goesOn: false };
  const index = await placeOf(files, cursor);
  const [file, next] = [files[index], files[index + 1]];
  if (file === undefined) return nothing;
  const following = next === undefined ? undefined : await followingOf(file, next);
  const read = await withFile(file, async (handle): Promise<RecordsRead | undefined> => {
    const segment = await segmentOf(handle);
    // Renamed in between: the next look sees it as it is.
    if (segment === undefined || filesOf(path).join() !== files.join() || (next !== undefined && following === undefined)) return undefined;
    const { size } = await handle.stat();
    const isSame = segment === cursor.segment;
    const from = isSame ? cursor.offset : 0;
    const limit = Math.min(size, following?.abandonedFrom ?? size);
    const { records, end } = await recordsIn(handle, log, from, limit);
    const at = { segment, takenBack: cursor.takenBack };
    let { seq } = cursor;
    const fresh = records.flatMap(({ record, end: offset }) => {
      const isKnown = (!isSame && record.seq <= cursor.seq) || cursor.takenBack.includes(record.id);
      seq = record.seq;
      return isKnown ? [] : [{ record, end: { ...at, offset, seq } }];
    });
    if (following === undefined) return { records: fresh, cursor: { ...at, offset: Math.max(end, from), seq }, goesOn: false };
    const takenBack = from > limit ? (await recordsIn(handle, log, limit, from)).records.map(({ record }) => record.id) : [];
    return { records: fresh, cursor: { segment: following.segment, offset: 0, seq, takenBack }, goesOn: true };
  });
  return read ?? nothing;
}

async function readUntil(path: string, log: LogName, cursor: Cursor, take: (record: AuditRecord) => void): Promise<void> {
  if (cursor.segment === '') return;
  for (let from = beginning; ;) {
    const read = await readOn(path, log, from);
    const isThere = read.records[0]?.end.segment === cursor.segment;
    for (const { record, end } of read.records) if (!isThere || end.offset <= cursor.offset) take(record);
    if (isThere || !read.goesOn) return;
    from = read.cursor;
  }
}

export function openRecordSource(path: string, log: LogName): RecordSource {
  return {
    parse: parseCursor,
    readOn: (cursor) => readOn(path, log, cursor),
    readUntil: (cursor, take) => readUntil(path, log, cursor, take),
  };
}
