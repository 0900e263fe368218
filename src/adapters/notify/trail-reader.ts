import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { AuditRecord } from '../../domain/trail/records.js';

/** How far a log was read. Survives the renaming of its files: each is known by its first line. */
export interface Cursor {
  /** SHA-256 of the file's first line; empty: the oldest file. */
  readonly segment: string;
  readonly offset: number;
  /** Number of the last record that was read. */
  readonly seq: number;
  /** Ids that were read and then taken back by a failed sync: the next file may hold them again. */
  readonly told: readonly string[];
}

export const beginning: Cursor = { segment: '', offset: 0, seq: -1, told: [] };

interface ReadRecord {
  readonly record: AuditRecord;
  /** Behind this record. */
  readonly end: Cursor;
}

export interface TrailRead {
  readonly records: readonly ReadRecord[];
  /** Behind all that was read. */
  readonly cursor: Cursor;
  /** There is another file to read. */
  readonly goesOn: boolean;
}

/** The record in one line; undefined for what is none: the verifier names it, the reader goes on. */
function parseRecord(line: string): AuditRecord | undefined {
  try {
    const value = JSON.parse(line) as Partial<AuditRecord> | null;
    return typeof value?.id === 'string' && typeof value.event_type === 'string' ? (value as AuditRecord) : undefined;
  } catch {
    return undefined;
  }
}

/** What a cursor file says; a plain number is that of a time when a log had one file. */
export function parseCursor(text: string): Cursor {
  try {
    const value = JSON.parse(text) as Partial<Cursor> | number | null;
    if (typeof value === 'number') return { ...beginning, offset: Math.max(0, value) };
    const isCursor = typeof value?.segment === 'string' && Number.isSafeInteger(value.offset) && Number.isSafeInteger(value.seq);
    return isCursor ? ({ told: [], ...value } as Cursor) : beginning;
  } catch {
    return beginning;
  }
}

/** The files of a log, oldest first: `<log>.<first seq>.<day>[.<n>].jsonl`, then the active one (docs/audit-trail.md). */
function filesOf(path: string): readonly string[] {
  const stem = basename(path).replace(/\.jsonl$/, '');
  const closed = readdirSync(dirname(path)).flatMap((name) => {
    const [, first, count] = /^\.(\d{12,15})\.\d{8}(?:\.(\d{1,9}))?\.jsonl$/.exec(name.slice(stem.length)) ?? [];
    return name.startsWith(stem) && first !== undefined ? [{ name, first: Number(first), count: Number(count ?? 0) }] : [];
  });
  closed.sort((a, b) => a.first - b.first || a.count - b.count);
  return [...closed.map(({ name }) => join(dirname(path), name)), ...(existsSync(path) ? [path] : [])];
}

const lineBytesMax = 65_536;

interface Head {
  readonly segment: string;
  /** Where the lines begin that a failed sync took from the file before. */
  readonly abandonedFrom: number | undefined;
}

async function headOf(handle: FileHandle): Promise<Head | undefined> {
  const bytes = Buffer.alloc(lineBytesMax);
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
  const end = bytes.subarray(0, bytesRead).indexOf(0x0a);
  if (end < 0) return undefined;
  const abandoned = parseRecord(bytes.toString('utf8', 0, end))?.['abandoned'] as { readonly from_offset?: unknown } | undefined;
  const from = abandoned?.from_offset;
  return {
    segment: createHash('sha256').update(bytes.subarray(0, end)).digest('hex'),
    abandonedFrom: typeof from === 'number' ? from : undefined,
  };
}

async function withFile<T>(path: string, work: (handle: FileHandle) => Promise<T>): Promise<T | undefined> {
  const handle = await open(path, 'r').catch((): undefined => undefined);
  if (handle === undefined) return undefined;
  try {
    return await work(handle);
  } finally {
    await handle.close();
  }
}

/** Whole records between two offsets; `end` is behind the last newline: what lies behind it is still being written. */
async function recordsIn(handle: FileHandle, from: number, to: number) {
  const bytes = Buffer.alloc(Math.max(0, to - from));
  await handle.read(bytes, 0, bytes.length, from);
  const records: { readonly record: AuditRecord; readonly end: number }[] = [];
  let start = 0;
  for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, start)) {
    const record = parseRecord(bytes.toString('utf8', start, end));
    start = end + 1;
    if (record !== undefined) records.push({ record, end: from + start });
  }
  return { records, end: from + start };
}

/** The file where the cursor stands; the oldest one where that is gone. Newest first: it stands nearly always in the active file. */
async function placeOf(files: readonly string[], cursor: Cursor): Promise<number> {
  for (let index = files.length - 1; index >= 0 && cursor.segment !== ''; index -= 1)
    if ((await withFile(files[index] as string, headOf))?.segment === cursor.segment) return index;
  return 0;
}

/** Reads on, to the end of one file. Takes no lock. */
export async function readOn(path: string, cursor: Cursor): Promise<TrailRead> {
  const files = filesOf(path);
  const nothing: TrailRead = { records: [], cursor, goesOn: false };
  const index = await placeOf(files, cursor);
  const [file, next] = [files[index], files[index + 1]];
  if (file === undefined) return nothing;
  const following = next === undefined ? undefined : await withFile(next, headOf);
  const read = await withFile(file, async (handle) => {
    const head = await headOf(handle);
    // Renamed in between: the next look sees it as it is.
    if (head === undefined || filesOf(path).join() !== files.join() || (next !== undefined && following === undefined)) return undefined;
    const { size } = await handle.stat();
    const isSame = cursor.segment === '' || head.segment === cursor.segment;
    const from = isSame ? cursor.offset : 0;
    const limit = Math.min(size, following?.abandonedFrom ?? size);
    const { records, end } = await recordsIn(handle, from, limit);
    const at = { segment: head.segment, told: cursor.told };
    let seq = cursor.seq;
    const fresh = records.flatMap(({ record, end: offset }) => {
      const isKnown = (!isSame && record.seq <= cursor.seq) || cursor.told.includes(record.id);
      seq = record.seq;
      return isKnown ? [] : [{ record, end: { ...at, offset, seq } }];
    });
    if (following === undefined) return { records: fresh, cursor: { ...at, offset: Math.max(end, from), seq }, goesOn: false };
    const takenBack = from > limit ? (await recordsIn(handle, limit, from)).records.map(({ record }) => record.id) : [];
    return { records: fresh, cursor: { segment: following.segment, offset: 0, seq, told: takenBack }, goesOn: true };
  });
  return read ?? nothing;
}
