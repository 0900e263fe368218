import { basename } from 'node:path';
import { trailEvent } from '../../../domain/trail/events.js';
import { JanusError } from '../../../domain/errors.js';
import type { LogName } from '../../../domain/trail/logs.js';
import { readMark } from '../format/durable-mark.js';
import { readSegmentOpen } from '../format/segment-records.js';
import { collectAnchors } from './read-anchors.js';
import type { SegmentFile } from './segment-files.js';
import { packedSegments, unpacking } from './segment-files.js';
import { firstRecord } from './segment-start.js';

/** What is asked of a log before and while all of it is read: nothing may be missing (spec L4). */
export interface WholeLog {
  /** Called with the number of each record, in order. Throws where one is left out, or comes twice. */
  pass(seq: number): void;
  /** Throws where writers have noted more records than were read. */
  end(): void;
}

function incomplete(path: string, what: string): JanusError {
  const [packed] = packedSegments(path);
  return new JanusError(
    'AUDIT_UNAVAILABLE',
    `${basename(path)} is not whole: ${what}${packed === undefined ? '' : `; ${packed} is there`}`,
    {
      next: packed === undefined ? 'ubos audit verify; put the files back from a backup' : unpacking(path, packed),
    },
  );
}

/** Throws where a file is missing between those that are there, or before them, unless retention has removed it. */
async function firstSeqOf(path: string, log: LogName, missionLog: string, files: readonly SegmentFile[]): Promise<number> {
  let first = 0;
  for (const [index, file] of files.entries()) {
    const record = await firstRecord(file.handle);
    const before = files[index - 1]?.name;
    const opening = record === undefined ? undefined : readSegmentOpen(record);
    if (record !== undefined && before !== undefined && opening?.prevSegment !== before)
      throw incomplete(path, `${file.name} goes on from ${opening?.prevSegment ?? 'nothing'}, and that is not there`);
    if (index > 0 || record?.event_type !== trailEvent.segmentOpen) continue;
    const anchors = log === 'mission_log' ? [] : await collectAnchors(missionLog);
    if (!anchors.some(({ log: of, segment, lastSeq }) => of === log && segment === opening?.prevSegment && lastSeq === record.seq - 1))
      throw incomplete(path, `${file.name} goes on from ${opening?.prevSegment ?? 'nothing'}, and nothing says that it was removed`);
    first = record.seq;
  }
  return first;
}

/** Looks at the beginnings of all files, so that nothing is read of a log whose files are not all there. */
export async function expectWhole(
  paths: Readonly<Record<LogName, string>>,
  log: LogName,
  files: readonly SegmentFile[],
  lastSeq: number,
): Promise<WholeLog> {
  const path = paths[log];
  let next = await firstSeqOf(path, log, paths.mission_log, files);
  return {
    pass(seq) {
      if (seq !== next) throw incomplete(path, `record ${seq} stands where ${next} belongs`);
      next += 1;
    },
    end() {
      if (next <= lastSeq) throw incomplete(path, `${basename(path)}.lock knows of record ${lastSeq}, and the last one is ${next - 1}`);
    },
  };
}

/** The last record that writers have noted, to be asked for before the files are opened; -1: none. */
export const notedSeq = (path: string): number => readMark(path)?.seq ?? -1;
