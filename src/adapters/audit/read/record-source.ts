import { existsSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
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
  /** Records up to this number were read in files that are gone. */
  readonly until?: number;
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
  /** There is more to read: of this file, or another one. */
  readonly goesOn: boolean;
}

/** The records of a log for a reader that keeps a cursor: each once, over rotations and failed syncs, without verifying anything. Takes no lock. */
export interface RecordSource {
  /** The cursor in a text that was kept; the beginning where that is none. */
  parse(kept: string): Cursor;
  /** From the cursor on, in the file in which it stands: a part of it at a time, so that whoever reads a long log lets others go on meanwhile. */
  readOn(cursor: Cursor): Promise<RecordsRead>;
  /** Shows all records that a reader with this cursor has read, part by part. */
  readUntil(cursor: Cursor, take: (records: readonly AuditRecord[]) => Promise<void>): Promise<void>;
}

/** How much of a file is taken at a time: some 250 records. A line that is longer takes what it takes. */
const partBytes = 256 * 1_024;

const attemptsMax = 50;

const beginning: Cursor = { segment: '', offset: 0, seq: -1, takenBack: [] };

function parseCursor(kept: string): Cursor {
  try {
    const { segment, offset, seq, takenBack, until } = JSON.parse(kept) as Partial<Cursor>;
    const isCursor = typeof segment === 'string' && Number.isSafeInteger(offset) && Number.isSafeInteger(seq) && Array.isArray(takenBack);
    return isCursor ? ({ segment, offset, seq, takenBack, ...(Number.isSafeInteger(until) && { until }) } as Cursor) : beginning;
  } catch {
    return beginning;
  }
}

/** Oldest first, the active one last. */
const filesOf = (path: string): readonly string[] => [
  ...closedSegments(path).map((name) => join(dirname(path), name)),
  ...(existsSync(path) ? [path] : []),
];

/** Undefined where it is not there. One that may not be read is no empty one: whoever follows it has to hear of that. */
async function withFile<T>(path: string, work: (handle: FileHandle) => Promise<T>): Promise<T | undefined> {
  const handle = await open(path, 'r').catch((error: NodeJS.ErrnoException): undefined => {
    if (error.code !== 'ENOENT') throw error;
  });
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

/** Where the last look found its file: a part later it is nearly always the same one. */
interface Last {
  file?: string | undefined;
}

interface Source {
  readonly path: string;
  readonly log: LogName;
  readonly last: Last;
}

const nothingAfter = (cursor: Cursor): RecordsRead => ({ records: [], cursor, goesOn: false });

/** Where the file stands that the cursor names; the oldest one where that is gone. Newest first: it stands nearly always in the active file. */
async function placeOf(files: readonly string[], cursor: Cursor, last: Last): Promise<number> {
  const again = files.indexOf(last.file ?? '');
  if (again >= 0 && cursor.segment !== '' && (await withFile(last.file ?? '', segmentOf)) === cursor.segment) return again;
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

/** A part from here on; further where not one line ends in it. */
async function partIn(handle: FileHandle, log: LogName, from: number, to: number) {
  for (let bytes = partBytes; ; bytes *= 4) {
    const part = await recordsIn(handle, log, from, Math.min(to, from + bytes));
    if (part.end > from || from + bytes >= to) return { ...part, isLast: part.end === from || from + bytes >= to };
  }
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

/** Undefined while files are being renamed: the next look sees them as they are. */
async function readOn({ path, log, last }: Source, cursor: Cursor): Promise<RecordsRead | undefined> {
  const files = filesOf(path);
  const index = await placeOf(files, cursor, last);
  const [file, next] = [files[index], files[index + 1]];
  last.file = file;
  if (file === undefined) return nothingAfter(cursor);
  const following = next === undefined ? undefined : await followingOf(file, next);
  return withFile(file, async (handle): Promise<RecordsRead | undefined> => {
    const segment = await segmentOf(handle);
    if (segment === undefined && next === undefined) return nothingAfter(cursor);
    if (segment === undefined || filesOf(path).join() !== files.join() || (next !== undefined && following === undefined)) return undefined;
    const { size } = await handle.stat();
    const isSame = segment === cursor.segment;
    const from = isSame ? cursor.offset : 0;
    const limit = Math.min(size, following?.abandonedFrom ?? size);
    const { records, end, isLast } = await partIn(handle, log, from, limit);
    const until = isSame ? cursor.until : cursor.seq < 0 ? undefined : cursor.seq;
    const at = { segment, takenBack: cursor.takenBack, ...(until !== undefined && { until }) };
    let { seq } = cursor;
    const fresh = records.flatMap(({ record, end: offset }) => {
      const isKnown = record.seq <= (until ?? -1) || cursor.takenBack.includes(record.id);
      seq = record.seq;
      return isKnown ? [] : [{ record, end: { ...at, offset, seq } }];
    });
    if (following === undefined || !isLast) return { records: fresh, cursor: { ...at, offset: Math.max(end, from), seq }, goesOn: !isLast };
    const takenBack = from > limit ? (await recordsIn(handle, log, limit, from)).records.map(({ record }) => record.id) : [];
    return { records: fresh, cursor: { segment: following.segment, offset: 0, seq, takenBack }, goesOn: true };
  });
}

async function readUntil(source: Source, cursor: Cursor, take: (records: readonly AuditRecord[]) => Promise<void>): Promise<void> {
  if (cursor.segment === '') return;
  for (let [from, attempt] = [beginning, 1]; ; attempt += 1) {
    const read = await readOn(source, from);
    if (read === undefined) {
      if (attempt > attemptsMax) throw new Error(`${source.path}: its files change all the time`);
      await pause(20);
      continue;
    }
    attempt = 1;
    const isBeyond = ({ segment, offset }: Cursor) => segment === cursor.segment && offset > cursor.offset;
    await take(read.records.flatMap(({ record, end }) => (isBeyond(end) ? [] : [record])));
    const isThere = read.cursor.segment === cursor.segment && read.cursor.offset >= cursor.offset;
    if (isThere || !read.goesOn) return;
    from = read.cursor;
  }
}

export function openRecordSource(path: string, log: LogName): RecordSource {
  const source = { path, log, last: {} };
  return {
    parse: parseCursor,
    readOn: async (cursor) => (await readOn(source, cursor)) ?? nothingAfter(cursor),
    readUntil: (cursor, take) => readUntil({ ...source, last: {} }, cursor, take),
  };
}
