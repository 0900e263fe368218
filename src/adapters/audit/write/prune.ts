import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { countsBehind } from '../../../domain/modes/kept.js';
import { trailEvent } from '../../../domain/trail/events.js';
import type { LogName } from '../../../domain/trail/logs.js';
import { createDecided } from '../../../domain/trail/mode/decided.js';
import type { AuditEntry, AuditRecord } from '../../../domain/trail/records.js';
import { readSegmentOpen } from '../format/segment-records.js';
import type { FileSeam } from './log-file.js';
import { createLogScan } from '../verify/log-scan.js';
import { treeToHex } from '../format/log-tree.js';
import type { SegmentFile } from '../read/segment-files.js';
import { closeSegments, forEachLine, openSegments } from '../read/segment-files.js';
import { startScan } from '../verify/verify-log.js';
import { collectAnchors } from '../read/read-anchors.js';
import { firstRecord } from '../read/segment-start.js';

/** One closed file that retention removed. */
export interface Pruned {
  readonly segment: string;
  readonly firstSeq: number;
  readonly lastSeq: number;
}

export interface PruneResult {
  readonly removed: readonly Pruned[];
  /** Why an old file was kept: what does not hold is evidence. */
  readonly kept?: string;
}

export interface PruneSettings {
  readonly log: Exclude<LogName, 'mission_log'>;
  readonly path: string;
  readonly missionLog: string;
  /** Files whose last record is older go. */
  readonly before: Date;
  /** Up to which record checkpoints keep what the mode needs; what they do not keep stays. */
  readonly keptUntil: () => Promise<number>;
  readonly files: FileSeam;
  /** To the mission log; resolves when it is durable. */
  readonly record: (entry: AuditEntry) => Promise<unknown>;
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

async function endOf(file: SegmentFile, next: SegmentFile): Promise<{ readonly bytes: number; readonly isAbandoned: boolean }> {
  const first = await firstRecord(next.handle);
  const from = first === undefined ? undefined : readSegmentOpen(first)?.abandonedFrom;
  return { bytes: from ?? file.bytes, isAbandoned: from !== undefined };
}

/**
 * Removes whole closed files, oldest first, each only when the mission log durably says what it was: its numbers, its last leaf, its digest,
 * and the tree of all records until there, so that everything after it can be verified as before (spec L4). Reads each one and checks its
 * chain; one that does not hold stays, and so does all after it. So does one that the mode rests on and no checkpoint stands in for (spec T7). Throws AUDIT_UNAVAILABLE where the mission log cannot be written.
 */
export async function prune({ log, path, missionLog, before, keptUntil, files: seam, record }: PruneSettings): Promise<PruneResult> {
  const files = await openSegments(path);
  const removed: Pruned[] = [];
  let last = '';
  const decided = createDecided();
  const observe = (record: AuditRecord) => {
    last = record.timestamp;
    decided.apply(record);
  };
  const scan = createLogScan({ log, ids: false, observe });
  try {
    let previous = (await startScan(scan, files, { log, anchors: () => collectAnchors(missionLog) }))?.segment;
    for (const [index, file] of files.entries()) {
      const next = files[index + 1];
      if (next === undefined) break;
      const firstSeq = scan.state.next;
      const end = await endOf(file, next);
      scan.begin(file.name, previous);
      const taken = await forEachLine(file.handle, 0, Math.min(end.bytes, file.bytes), (...line) => scan.take(...line));
      const { problem, isClosed, next: nextSeq, lastLeaf, tree } = scan.state;
      if (problem !== undefined) return { removed, kept: `${file.name} line ${problem.line}: ${problem.reason}` };
      if (taken !== end.bytes || (!isClosed && !end.isAbandoned)) return { removed, kept: `${file.name}: its end is missing` };
      // A file without a single record has nothing that the mission log could vouch for.
      if (nextSeq === firstSeq || new Date(last) >= before) break;
      if (log === 'proposals' && countsBehind(decided.snapshot(), await keptUntil())) break;
      const lastSeq = nextSeq - 1;
      await record({
        id: `pruned/${log}/${firstSeq}`,
        eventType: trailEvent.segmentPruned,
        summary: `records ${firstSeq} to ${lastSeq} of ${log} were removed by retention`,
        data: {
          ...{ pruned_log: log, segment: file.name, first_seq: firstSeq, last_seq: lastSeq, leaf_last: lastLeaf },
          ...{ sha256: await sha256Of(join(dirname(path), file.name)), tree: treeToHex(tree) },
        },
      });
      await unlink(join(dirname(path), basename(file.name)));
      await seam.syncFolder(dirname(path));
      removed.push({ segment: file.name, firstSeq, lastSeq });
      previous = file.name;
    }
    return { removed };
  } finally {
    await closeSegments(files);
  }
}
