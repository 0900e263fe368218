import type { AuditRecord, LogName } from '../../domain/audit.js';
import { decodeRecord } from './record.js';
import type { SegmentFile } from './segment-list.js';
import { closeSegments, forEachLine, openSegments } from './segment-list.js';
import { abandonedFrom } from './walk-segments.js';

/** A record and its line, as it stands in the file. */
export interface ReadRecord {
  readonly record: AuditRecord;
  readonly line: string;
}

export type RecordTaker = (read: ReadRecord) => void;

/** Where a reader stands in a log, whatever its files are called by now. */
export interface ReadPosition {
  readonly identity: string;
  readonly offset: number;
}

async function readFile(log: LogName, files: readonly SegmentFile[], index: number, from: number, take: RecordTaker): Promise<number> {
  const file = files[index] as SegmentFile;
  const limit = file.isActive ? undefined : await abandonedFrom(file.name, files[index + 1]);
  return forEachLine(file.handle, from, Math.min(limit ?? file.bytes, file.bytes), (buffer, start, end) => {
    const record = decodeRecord(buffer.subarray(start, end), log);
    if (record !== undefined) take({ record, line: buffer.toString('utf8', start, end) });
    return true;
  });
}

async function withFiles<T>(path: string, work: (files: readonly SegmentFile[]) => Promise<T>): Promise<T> {
  const files = await openSegments(path);
  try {
    return await work(files);
  } finally {
    await closeSegments(files);
  }
}

/**
 * Shows every record of a log in order, from `from` on, without verifying anything. Returns where the log ended: undefined where there is
 * none. A position whose file is gone begins at the oldest file that is there.
 */
export async function readTrail(path: string, log: LogName, take: RecordTaker, from?: ReadPosition): Promise<ReadPosition | undefined> {
  return withFiles(path, async (files) => {
    const known = files.findIndex(({ identity, bytes }) => identity === from?.identity && bytes >= from.offset);
    let position: ReadPosition | undefined;
    for (let index = Math.max(0, known); index < files.length; index += 1) {
      const offset = await readFile(log, files, index, index === known ? (from?.offset ?? 0) : 0, take);
      position = { identity: (files[index] as SegmentFile).identity, offset };
    }
    return position;
  });
}

/** The last records of a log, oldest first, and where it ended. Reads no more files than it must. */
export async function readLast(
  path: string,
  log: LogName,
  count: number,
): Promise<{ readonly last: readonly ReadRecord[]; readonly end: ReadPosition | undefined }> {
  return withFiles(path, async (files) => {
    let last: ReadRecord[] = [];
    let end: ReadPosition | undefined;
    for (let index = files.length - 1; index >= 0 && (end === undefined || last.length < count); index -= 1) {
      const found: ReadRecord[] = [];
      const offset = await readFile(log, files, index, 0, (read) => {
        found.push(read);
        if (found.length > 2 * count) found.splice(0, found.length - count);
      });
      end ??= { identity: (files[index] as SegmentFile).identity, offset };
      last = [...found, ...last].slice(Math.max(0, found.length + last.length - count));
    }
    return { last, end };
  });
}
