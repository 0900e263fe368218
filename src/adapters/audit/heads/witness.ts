import type { LogName } from '../../../domain/trail/logs.js';
import type { HeadKeys } from './head-keys.js';
import type { HeadStore } from './head-store.js';
import type { LogScan } from '../verify/log-scan.js';
import { createLogScan } from '../verify/log-scan.js';
import type { SegmentFile } from '../read/segment-files.js';
import { closeSegments, openSegments } from '../read/segment-files.js';
import { bootId, readMark } from '../format/durable-mark.js';
import type { Head } from '../format/signed-note.js';
import { signHead } from '../format/signed-note.js';
import type { Finding } from '../contract/verdict.js';
import { startScan } from '../verify/verify-log.js';
import { collectAnchors } from '../read/read-anchors.js';
import { walkSegments } from '../verify/walk-segments.js';

export interface WitnessSettings {
  readonly files: Readonly<Record<LogName, string>>;
  readonly vesselId: string;
  readonly keys: HeadKeys;
  readonly store: HeadStore;
  readonly clock?: () => Date;
}

export type WitnessAnswer =
  /** Nothing has come since the last head. */
  | { readonly did: 'nothing' }
  | { readonly did: 'signed'; readonly head: Head; readonly note: string; readonly secondPlaceFailed?: Error }
  /** What was found is not what was signed before, or not a log at all: nothing is signed until somebody looked. */
  | { readonly did: 'refused'; readonly problem: Finding };

/** Where the scan of one log stands, from one round to the next. */
interface Watched {
  readonly scan: LogScan;
  readonly identity: string;
  readonly offset: number;
}

/**
 * Up to where writers know the active file to be on the disk, as they note it in the lock file; undefined where nobody has noted anything.
 * A head over lines that a power cut takes away would be a false alarm for ever.
 */
function durableBytes(path: string, identity: string): number | undefined {
  const mark = readMark(path);
  return mark?.boot === bootId() && mark.file === identity ? mark.bytes : undefined;
}

/** Only what is on the disk counts; what no writer speaks for is put there first. */
async function durableFiles(path: string, files: readonly SegmentFile[]): Promise<readonly SegmentFile[]> {
  const active = files.at(-1);
  if (active?.isActive !== true) return files;
  const noted = durableBytes(path, active.identity);
  if (noted === undefined) await active.handle.datasync();
  return [...files.slice(0, -1), { ...active, bytes: Math.min(active.bytes, noted ?? active.bytes) }];
}

export interface Witness {
  /** Verifies what is new and signs it. Throws where files cannot be read or written. Not to be called twice at once for one log. */
  look(log: LogName): Promise<WitnessAnswer>;
}

/** Reads logs, never writes them, and signs what it has verified: each head covers all records of the one before (RFC 6962). */
export function createWitness({ files: paths, vesselId, keys, store, clock = () => new Date() }: WitnessSettings): Witness {
  const watched = new Map<LogName, Watched>();
  const signed = new Map<LogName, Head>();

  const goOn = async (log: LogName, files: readonly SegmentFile[]): Promise<LogScan | undefined> => {
    const known = watched.get(log);
    // A file that is shorter than what was read of it was cut.
    const index = files.findIndex(({ identity, bytes }) => identity === known?.identity && bytes >= known.offset);
    if (known === undefined || index < 0) return undefined;
    const { scan, offset } = known;
    return (await walk(log, scan, files, { from: { index, offset } })) ? scan : undefined;
  };

  const walk = async (log: LogName, scan: LogScan, files: readonly SegmentFile[], where: Parameters<typeof walkSegments>[2]) => {
    watched.delete(log);
    const { index, offset } = await walkSegments(scan, files, where);
    const file = files[index];
    if (scan.state.problem !== undefined || file === undefined) return false;
    watched.set(log, { scan, identity: file.identity, offset });
    return true;
  };

  /** From the first line on: when this process has just started, and when something did not go on as it should. */
  const beginAnew = async (log: LogName, files: readonly SegmentFile[], head: Head | undefined): Promise<LogScan> => {
    const marks = head === undefined ? [] : [{ ...head, says: `the head of ${head.time}` }];
    const scan = createLogScan({ log, marks, ids: false });
    const anchor = await startScan(scan, files, { log, anchors: () => collectAnchors(paths.mission_log) });
    await walk(log, scan, files, { before: anchor?.segment });
    return scan;
  };

  const verify = async (log: LogName, head: Head | undefined): Promise<LogScan> => {
    const opened = await openSegments(paths[log]);
    try {
      const files = await durableFiles(paths[log], opened);
      const scan = (await goOn(log, files)) ?? (await beginAnew(log, files, head));
      const { next, line, problem } = scan.state;
      if (problem === undefined && head !== undefined && next < head.size)
        scan.fail('head_ahead', line + 1, `the head of ${head.time} vouches for ${head.size} records, and there are ${next}`);
      return scan;
    } finally {
      await closeSegments(opened);
    }
  };

  return {
    async look(log) {
      const stored = signed.has(log) ? undefined : store.newest(log);
      const head = signed.get(log) ?? stored?.head;
      // Heads that this key has not signed, and none that it has: somebody took those away.
      if (head === undefined && stored?.problem !== undefined) return { did: 'refused', problem: stored.problem };
      const { state } = await verify(log, head);
      if (state.problem !== undefined) {
        watched.delete(log);
        return { did: 'refused', problem: state.problem };
      }
      if (head !== undefined) signed.set(log, head);
      if (state.next === (head?.size ?? 0)) return { did: 'nothing' };
      const root = Buffer.from(state.tree.root());
      const next: Head = { vesselId, log, size: state.next, root, leaf: state.lastLeaf, time: clock().toISOString() };
      const note = signHead(next, keys.key, keys.privateKey);
      const secondPlaceFailed = await store.add(log, note);
      signed.set(log, next);
      return { did: 'signed', head: next, note, ...(secondPlaceFailed !== undefined && { secondPlaceFailed }) };
    },
  };
}
