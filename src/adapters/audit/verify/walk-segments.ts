import { trailEvent } from '../../../domain/trail/events.js';
import type { LogScan } from './log-scan.js';
import { unsealed } from './log-scan.js';
import { abandonedFrom } from '../read/segment-start.js';
import type { SegmentFile } from '../read/segment-files.js';
import { forEachLine } from '../read/segment-files.js';

/** Where a walk stands: the file, and how many of its bytes were taken. */
export interface WalkPosition {
  readonly index: number;
  readonly offset: number;
}

/** The end of a file that another one follows, or that is at least no longer written to. */
function checkEnd(scan: LogScan, bytes: { readonly taken: number; readonly wanted: number }, isAbandoned: boolean): void {
  const { state } = scan;
  if (state.problem !== undefined) return;
  if (state.pending !== undefined) scan.fail('foreign_line', state.pending.line, unsealed);
  else if (bytes.taken !== bytes.wanted) scan.fail('unfinished_line', state.line + 1, 'the newline at its end is missing');
  else if (!isAbandoned && !state.isClosed)
    scan.fail('segment_unclosed', state.line, `the file does not end with ${trailEvent.segmentClose}: its end is missing`);
}

async function countLines(file: SegmentFile, from: number): Promise<number> {
  let count = 0;
  const end = await forEachLine(file.handle, from, file.bytes, () => {
    count += 1;
    return true;
  });
  return count + (end < file.bytes ? 1 : 0);
}

interface WalkSettings {
  readonly from?: WalkPosition;
  /** Name of the last file that was removed. */
  readonly before?: string | undefined;
  /** So much of the active file, at most. */
  readonly activeBytes?: number | undefined;
}

/**
 * Takes the scan along the files, from where it stands. Returns where it ended. An unfinished line at the end of the active file is a
 * warning: a kill tears lines, and the next append seals them.
 */
export async function walkSegments(
  scan: LogScan,
  files: readonly SegmentFile[],
  { from = { index: 0, offset: 0 }, before, activeBytes = Infinity }: WalkSettings,
): Promise<WalkPosition> {
  let position = from;
  for (let index = from.index; index < files.length && scan.state.problem === undefined; index += 1) {
    const file = files[index] as SegmentFile;
    const offset = index === from.index ? from.offset : 0;
    if (offset === 0) scan.begin(file.name, files[index - 1]?.name ?? before);
    const limit = file.isActive ? undefined : await abandonedFrom(file.name, files[index + 1]);
    const wanted = limit ?? (file.isActive ? Math.min(file.bytes, activeBytes) : file.bytes);
    const taken = await forEachLine(file.handle, offset, Math.min(wanted, file.bytes), (...line) => scan.take(...line));
    position = { index, offset: taken };
    if (!file.isActive) checkEnd(scan, { taken, wanted }, limit !== undefined);
    if (limit !== undefined && scan.state.problem === undefined) {
      const lines = await countLines(file, limit);
      scan.note('abandoned_lines', scan.state.line + 1, `${lines} lines that a failed sync took with it count for nothing`);
    }
  }
  return position;
}
