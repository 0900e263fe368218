import type { LoggedLine } from '../../../domain/reconcile/logged-line.js';
import { toLoggedLine } from '../../../domain/reconcile/logged-line.js';
import { isOfTheLog } from '../format/segment-records.js';
import { decodeRecord, leafOf, sha256Hex } from '../format/record.js';
import type { ReadPosition } from './read-trail.js';
import type { SegmentFile } from './segment-files.js';
import { closeSegments, forEachLine, openSegments } from './segment-files.js';
import { abandonedFrom } from './segment-start.js';

/** Where a reader stands: which line of which file comes next, and the last record that it saw. */
export interface LifecyclePosition extends ReadPosition {
  readonly line: number;
  /** -1: none yet. */
  readonly seq: number;
  /** The oldest record that is there: those before it were removed. */
  readonly first: { readonly seq: number; readonly at: number };
}

export interface LifecycleReader {
  /** Asked with the workflow id that a record is about, before the record is taken apart. */
  readonly wants: (about: string) => boolean;
  readonly take: (line: LoggedLine) => void;
}

interface Progress {
  seq: number;
  first: LifecyclePosition['first'] | undefined;
}

interface Place {
  readonly offset: number;
  readonly line: number;
}

/** `next`: the file after this one, which may say that the last lines of this one count for nothing. */
async function readOne(
  { file, next }: { readonly file: SegmentFile; readonly next: SegmentFile | undefined },
  from: Place,
  reader: LifecycleReader,
  progress: Progress,
): Promise<Place> {
  const limit = file.isActive ? undefined : await abandonedFrom(file.name, next);
  let { line } = from;
  const offset = await forEachLine(file.handle, from.offset, Math.min(limit ?? file.bytes, file.bytes), (buffer, start, end) => {
    const bytes = buffer.subarray(start, end);
    const record = decodeRecord(bytes, 'proposals');
    if (record !== undefined) {
      progress.first ??= { seq: record.seq, at: Date.parse(record.timestamp) };
      progress.seq = record.seq;
      if (!isOfTheLog(record) && reader.wants(typeof record.action_id === 'string' ? record.action_id : ''))
        reader.take(toLoggedLine(record, { leaf: leafOf(bytes), file: file.name, line }, sha256Hex));
    }
    line += 1;
    return true;
  });
  return { offset, line };
}

/**
 * Shows the lines of the proposals log in order, over all its files, from `from` on, without verifying anything. One line is in memory at a
 * time. Returns where the log ended; undefined where there is none.
 */
export async function readLifecycle(
  path: string,
  reader: LifecycleReader,
  from?: LifecyclePosition,
): Promise<LifecyclePosition | undefined> {
  const files = await openSegments(path);
  try {
    const known = files.findIndex(({ identity, bytes }) => identity === from?.identity && bytes >= from.offset);
    const progress: Progress = { seq: known < 0 ? -1 : (from?.seq ?? -1), first: known < 0 ? undefined : from?.first };
    let position: LifecyclePosition | undefined;
    for (let index = Math.max(0, known); index < files.length; index += 1) {
      const start = index === known && from !== undefined ? from : { offset: 0, line: 1 };
      const end = await readOne({ file: files[index] as SegmentFile, next: files[index + 1] }, start, reader, progress);
      position = {
        ...end,
        identity: (files[index] as SegmentFile).identity,
        seq: progress.seq,
        first: progress.first ?? { seq: 0, at: 0 },
      };
    }
    return position;
  } finally {
    await closeSegments(files);
  }
}
