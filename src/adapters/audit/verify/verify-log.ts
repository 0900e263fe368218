import { basename } from 'node:path';
import { trailEvent } from '../../../domain/trail/events.js';
import type { LogName } from '../../../domain/trail/logs.js';
import type { Anchor } from '../format/segment-records.js';
import type { LogScan } from './log-scan.js';
import type { ScanObserver, WriterMark } from './walk-state.js';
import { createLogScan, unsealed } from './log-scan.js';
import type { DurableMark } from '../format/durable-mark.js';
import { accountedBytes, readMark } from '../format/durable-mark.js';
import type { KeptHead, ReadHeads } from '../heads/read-heads.js';
import type { SegmentFile } from '../read/segment-files.js';
import { closeSegments, openSegments, packedSegments } from '../read/segment-files.js';
import type { Finding, LogVerdict } from '../contract/verdict.js';
import { firstRecord } from '../read/segment-start.js';
import { walkSegments } from './walk-segments.js';

export interface VerifyLogSettings {
  readonly log: LogName;
  readonly path: string;
  /** Asked for only where the log begins after records that are gone. */
  readonly anchors: () => Promise<readonly Anchor[]>;
  readonly heads: ReadHeads;
  readonly full: boolean;
  readonly observe?: ScanObserver | undefined;
  /** Told where the records begin, before the first of them is observed. */
  readonly onStart?: ((anchor: Anchor | undefined) => void) | undefined;
}

/**
 * Lets the scan begin where the files do: of a log whose first file continues one that is gone, after that, as the mission log has it.
 * Returns what the mission log says; without it that is a problem.
 */
export async function startScan(
  scan: LogScan,
  files: readonly SegmentFile[],
  { log, anchors }: Pick<VerifyLogSettings, 'log' | 'anchors'>,
): Promise<Anchor | undefined> {
  const [first] = files;
  const record = first === undefined ? undefined : await firstRecord(first.handle);
  if (first === undefined || record?.event_type !== trailEvent.segmentOpen || typeof record.prev_segment !== 'string') return undefined;
  const before = record.prev_segment;
  const anchor = (await anchors()).find((each) => each.log === log && each.segment === before && each.lastSeq === record.seq - 1);
  if (anchor !== undefined) scan.startAt(anchor);
  else {
    const reason = `it continues ${before}, which is not there, and the mission log does not say that it was removed`;
    scan.fail('beginning_missing', 1, reason, first.name);
  }
  return anchor;
}

/** What writers say of a log in its lock file: read before and after its files were opened, since they go on writing. */
interface Noted {
  readonly before: DurableMark | undefined;
  readonly after: DurableMark | undefined;
}

const writtenOf = ({ before }: Noted, path: string): WriterMark | undefined =>
  before === undefined || before.seq < 0 ? undefined : { size: before.seq + 1, leaf: before.leaf, says: `${basename(path)}.lock` };

/** The end of the active file, or what stands in place of one. */
function checkActive(scan: LogScan, last: SegmentFile, taken: number, { after }: Noted): void {
  const { state } = scan;
  const accounted = accountedBytes(after, last.identity);
  if (accounted !== undefined && last.bytes > accounted) {
    const reason = `${last.bytes - accounted} bytes behind byte ${accounted} were not written by Janus: its lock file accounts for all before`;
    return scan.fail('foreign_line', state.line + 1, reason);
  }
  // A seal that was cut short itself: the next one covers all of it.
  const isBegun =
    state.pending === undefined || (accounted !== undefined && after?.writing !== undefined && after.end === state.pending.offset);
  if (!isBegun) scan.fail('foreign_line', state.pending?.line ?? 0, unsealed);
  else if (state.pending !== undefined || taken < last.bytes)
    scan.warn('unfinished_line', state.pending?.line ?? state.line + 1, 'the last append was cut short; the next one seals it');
}

/** What only shows when the last line was read. */
function checkEnd(scan: LogScan, files: readonly SegmentFile[], { taken, noted }: Ended, { path, heads }: VerifyLogSettings): void {
  const { state } = scan;
  const last = files.at(-1);
  if (last === undefined || state.problem !== undefined) return;
  if (last.isActive) checkActive(scan, last, taken, noted);
  if (files.length > (last.isActive ? 1 : 0) && (!last.isActive || state.line === 0))
    scan.warn('active_missing', 0, 'the last file was closed and no new one was begun; the next append does', basename(path));
  const cutOff = ({ size, says }: Pick<WriterMark, 'size' | 'says'>) =>
    `${says} vouches for ${size} records, and there are ${state.next}: the end was cut off`;
  const [ahead, written] = [heads.heads[state.marksPassed], writtenOf(noted, path)];
  if (ahead !== undefined) scan.fail('head_ahead', state.line + 1, cutOff(ahead));
  if (written !== undefined && written.size > state.next) scan.fail('lock_ahead', state.line + 1, cutOff(written));
}

/** The newest head lies in its own file and in the history: that is one head. */
function placesOf(compared: readonly KeptHead[]): LogVerdict['places'] {
  return [...new Set(compared.map(({ place }) => place))].map((place) => ({
    place,
    heads: new Set(compared.filter((head) => head.place === place).map(({ size, time }) => `${size} ${time}`)).size,
  }));
}

interface Ended {
  /** Bytes of the last file. */
  readonly taken: number;
  readonly noted: Noted;
}

/** What a scan went over. */
interface Walked {
  readonly scan: LogScan;
  readonly files: readonly SegmentFile[];
  readonly first: number;
}

/** A missing file that somebody has packed is not lost: it only has to be unpacked. */
function withPacked(problem: Finding | undefined, path: string): Finding | undefined {
  const isMissing = problem?.kind === 'segment_missing' || problem?.kind === 'beginning_missing';
  const [packed] = isMissing ? packedSegments(path) : [];
  return problem === undefined || packed === undefined
    ? problem
    : { ...problem, reason: `${problem.reason}; ${packed} is there: unpack it` };
}

function verdictOf({ scan: { state }, files, first }: Walked, settings: VerifyLogSettings): LogVerdict {
  const { log, heads } = settings;
  const problem = withPacked(state.problem ?? heads.problem, settings.path);
  const newest = heads.heads.at(-1);
  return {
    log,
    state: problem === undefined ? 'ok' : 'broken',
    ...(problem !== undefined && { problem }),
    warnings: [
      ...state.warnings,
      ...(newest === undefined && heads.problem === undefined && state.next > 0
        ? [
            {
              kind: 'no_head' as const,
              file: basename(settings.path),
              line: 0,
              reason: 'no signed head vouches for its end: that its last records were cut off would not be seen',
            },
          ]
        : []),
    ],
    notices: state.notices,
    ...(state.next > first && {
      vouched: { from: first, to: state.next - 1, leaf: state.lastLeaf, root: Buffer.from(state.tree.root()).toString('hex') },
    }),
    records: state.next - first,
    segments: files.length,
    ...(newest !== undefined && problem === undefined && { head: { size: newest.size, time: newest.time } }),
    headsCompared: state.marksPassed,
    places: placesOf(heads.heads.slice(0, state.marksPassed)),
  };
}

async function verifyFiles(
  files: readonly SegmentFile[],
  settings: VerifyLogSettings,
  before: DurableMark | undefined,
): Promise<LogVerdict> {
  const { log, path, heads, full, observe } = settings;
  const noted = { before, after: readMark(path) };
  const scan = createLogScan({ log, marks: heads.heads, written: writtenOf(noted, path), full, observe });
  const anchor = await startScan(scan, files, settings);
  const first = (anchor?.lastSeq ?? -1) + 1;
  settings.onStart?.(anchor);
  if (anchor !== undefined)
    scan.note('pruned', 0, `records 0 to ${anchor.lastSeq} were removed, and the mission log says so`, anchor.segment);
  const activeBytes = accountedBytes(noted.after, files.at(-1)?.identity ?? '');
  const { offset: taken } = await walkSegments(scan, files, { before: anchor?.segment, activeBytes });
  checkEnd(scan, files, { taken, noted }, settings);
  return verdictOf({ scan, files, first }, settings);
}

/** Reads all files of one log in the order of their records. Throws where a file cannot be read. */
export async function verifyLog(settings: VerifyLogSettings): Promise<LogVerdict> {
  const { log, path, heads } = settings;
  const noted = readMark(path);
  const files = await openSegments(path);
  try {
    if (files.length > 0) return await verifyFiles(files, settings, noted);
    const head = heads.heads[0] ?? writtenOf({ before: noted, after: noted }, path);
    const nothing = { log, warnings: [], notices: [], records: 0, segments: 0, headsCompared: 0, places: [] };
    if (head === undefined && heads.problem === undefined) return { ...nothing, state: 'absent' };
    const reason = `there is no such file, and ${head?.says ?? 'a head'} says that there was one`;
    return { ...nothing, state: 'broken', problem: { kind: 'log_missing', file: basename(path), line: 0, reason } };
  } finally {
    await closeSegments(files);
  }
}
