import type { LogName } from '../../../domain/trail/logs.js';
import { logNames } from '../../../domain/trail/logs.js';
import type { Fed } from '../../../domain/trail/projection.js';
import type { AuditRecord } from '../../../domain/trail/records.js';
import { decodeRecord } from '../format/record.js';
import type { SegmentFile } from './segment-files.js';
import { closeSegments, forEachLine, openSegments } from './segment-files.js';
import { abandonedFrom } from './segment-start.js';
import { expectWhole, notedSeq } from './whole-log.js';

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

/** One file of a log; what the next one says of it counts too. */
interface OneOf {
  readonly files: readonly SegmentFile[];
  readonly index: number;
}

async function readFile(log: LogName, { files, index }: OneOf, from: number, take: RecordTaker): Promise<number> {
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

/** The last records of one file, and where its last whole line ends: reads back from its end, further each time, until there are enough. */
async function readEnd(
  log: LogName,
  { files, index }: OneOf,
  count: number,
): Promise<{ readonly records: readonly ReadRecord[]; readonly offset: number }> {
  const { bytes } = files[index] as SegmentFile;
  for (let window = 1 << 20; ; window *= 4) {
    const from = Math.max(0, bytes - window);
    const records: ReadRecord[] = [];
    // What begins inside a line is the end of one: never a record, as an object that lacks its beginning is no JSON.
    const offset = await readFile(log, { files, index }, from, (read) => void records.push(read));
    if (from === 0 || (records.length >= count && offset > from))
      return { records: records.slice(Math.max(0, records.length - count)), offset };
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
      const offset = await readFile(log, { files, index }, index === known ? (from?.offset ?? 0) : 0, take);
      position = { identity: (files[index] as SegmentFile).identity, offset };
    }
    return position;
  });
}

/**
 * Shows every record of a log in order, without verifying anything but that none is missing: throws AUDIT_UNAVAILABLE where one is, before
 * the first is shown where a file is missing. False where there is no such log.
 */
export async function readWhole(paths: Readonly<Record<LogName, string>>, log: LogName, take: RecordTaker): Promise<boolean> {
  const path = paths[log];
  const noted = notedSeq(path);
  return withFiles(path, async (files) => {
    const whole = await expectWhole(paths, log, files, noted);
    for (let index = 0; index < files.length; index += 1)
      await readFile(log, { files, index }, 0, (read) => {
        whole.pass(read.record.seq);
        take(read);
      });
    whole.end();
    return files.length > 0;
  });
}

/** Lets a projection take in every record of all logs, log by log. False where there is none of them. */
export async function projectTrail(files: Readonly<Record<LogName, string>>, projection: Fed): Promise<boolean> {
  let found = false;
  for (const log of logNames) found = (await readWhole(files, log, ({ record }) => projection.apply(record))) || found;
  return found;
}

/** The last records of a log, oldest first, and where it ended. Reads no more files than it must. */
export async function readLast(
  path: string,
  log: LogName,
  count: number,
): Promise<{ readonly last: readonly ReadRecord[]; readonly end: ReadPosition | undefined }> {
  return withFiles(path, async (files) => {
    let last: readonly ReadRecord[] = [];
    let end: ReadPosition | undefined;
    for (let index = files.length - 1; index >= 0 && (end === undefined || last.length < count); index -= 1) {
      const { records, offset } = await readEnd(log, { files, index }, count - last.length);
      end ??= { identity: (files[index] as SegmentFile).identity, offset };
      last = [...records, ...last];
    }
    return { last, end };
  });
}
