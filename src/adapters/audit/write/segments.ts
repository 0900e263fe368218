import { readFileSync, statSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { AuditEntry, LogName } from '../../../domain/trail/logs.js';
import type { RecordObserver } from '../contract/audit-trail.js';
import { readSegmentOpen } from '../format/segment-records.js';
import type { ChainState, Witnessed } from './chain-state.js';
import type { DurableMark } from './durable-mark.js';
import type { FileSeam } from './log-file.js';
import { appendDurably, createLog, describeFile, identityOf, openClosed, openLog, unavailable } from './log-file.js';
import { encodeRecord } from '../format/record.js';
import { closedSegments } from '../read/segment-files.js';
import { firstRecord } from '../verify/walk-segments.js';

export interface LogSettings {
  readonly path: string;
  readonly log: LogName;
  readonly vesselName: string;
  readonly files: FileSeam;
  readonly clock: () => Date;
  readonly observe: RecordObserver | undefined;
  /** Called before the records are shown all over again: what a failed sync took with it was shown and never came to be. */
  readonly forget?: (() => void) | undefined;
  /** The newest signed head of this log, where there is one. */
  readonly headFile?: string | undefined;
  /** Whether the records before this one were removed by retention. */
  readonly wasPruned?: ((firstSeq: number) => Promise<boolean>) | undefined;
}

export const closedPaths = (path: string): readonly string[] => closedSegments(path).map((name) => join(dirname(path), name));

/** A new active file lies here until it is whole and durable. */
const freshPath = (path: string) => `${path}.new`;

async function openingOf(path: string) {
  const handle = await openClosed(path);
  if (handle === undefined) return undefined;
  try {
    const record = await firstRecord(handle);
    return record === undefined ? undefined : readSegmentOpen(record);
  } finally {
    await handle.close();
  }
}

/** `<log>.<first seq>.<day of closing>.jsonl`; a number is added in the one case that two files begin with the same record: the first sync failed. */
function closedName(path: string, firstSeq: number, now: Date): string {
  const stem = basename(path).replace(/\.jsonl$/, '');
  const name = `${stem}.${String(firstSeq).padStart(12, '0')}.${now.toISOString().slice(0, 10).replaceAll('-', '')}`;
  for (let count = 0; ; count += 1) {
    const candidate = `${name}${count === 0 ? '' : `.${count}`}.jsonl`;
    if (identityOf(join(dirname(path), candidate)) === undefined) return candidate;
  }
}

/** What is known of records that must be there: a log that was emptied or put back does not hold them. */
export function witnessesOf({ path, headFile }: LogSettings, mark: DurableMark | undefined): readonly Witnessed[] {
  const witnesses: Witnessed[] = [];
  if (mark !== undefined && mark.seq >= 0) witnesses.push({ seq: mark.seq, leaf: mark.leaf, says: `${path}.lock` });
  let text: string;
  try {
    if (headFile === undefined) return witnesses;
    text = readFileSync(headFile, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return witnesses;
    throw unavailable(`${headFile} cannot be read: ${String(error)}`, error);
  }
  const size = Number(/^[^\n]+\n(\d{1,15})\n/.exec(text)?.[1] ?? Number.NaN);
  const leaf = /^leaf ([0-9a-f]{64})$/m.exec(text)?.[1];
  if (Number.isNaN(size) || leaf === undefined) throw unavailable(`${headFile} is no head of a log`);
  if (size > 0) witnesses.push({ seq: size - 1, leaf, says: String(headFile) });
  return witnesses;
}

/** Checks that a file goes on where the chain stands, and lets the chain enter it. */
async function enterFile(settings: LogSettings, chain: ChainState, path: string, handle: FileHandle, previous: string | undefined) {
  const first = await firstRecord(handle);
  const opening = first === undefined ? undefined : readSegmentOpen(first);
  if (previous === undefined) {
    if (first !== undefined && first.seq !== 0) {
      if (opening === undefined || (await settings.wasPruned?.(first.seq)) !== true)
        throw unavailable(`${path} begins with record ${first.seq}, and nothing says what became of those before it`);
      chain.skipTo(first.seq - 1, first.prev);
    }
  } else if (opening?.prevSegment !== basename(previous) || first?.seq !== chain.seq + 1 || first.prev !== chain.prev)
    throw unavailable(`${path} does not continue ${basename(previous)}: a file of the log was removed or replaced`);
  chain.enter({ path });
}

export interface ReadEnd {
  /** Of the last file; whoever calls closes it. */
  readonly handle: FileHandle;
  readonly torn: Buffer;
}

/**
 * Takes the chain along the files, oldest first. `isEntered`: it stands in the first one already. Only `lastBytes` of the last one, where that
 * is given. Undefined: the chain has taken in what a failed sync took with it, and must begin anew.
 */
export async function readFiles(
  settings: LogSettings,
  chain: ChainState,
  files: readonly string[],
  { isEntered = false, lastBytes }: { readonly isEntered?: boolean; readonly lastBytes?: number } = {},
): Promise<ReadEnd | undefined> {
  for (const [index, path] of files.entries()) {
    const isLast = index === files.length - 1;
    const handle = path === settings.path ? await openLog(path) : await openClosed(path);
    if (handle === undefined) throw unavailable(`${path} was deleted while it was read`);
    let isKept = false;
    try {
      if (index > 0 || !isEntered) await enterFile(settings, chain, path, handle, files[index - 1]);
      const limit = isLast ? lastBytes : (await openingOf(files[index + 1] as string))?.abandonedFrom;
      if (limit !== undefined && chain.readBytes > limit) return undefined;
      const torn = await chain.readOn(handle, limit ?? describeFile(handle).bytes);
      if (limit !== undefined && (torn.length > 0 || chain.recordEnd !== limit))
        throw unavailable(`${path} has no record that ends at byte ${limit}: its end is missing`);
      isKept = isLast;
      if (isLast) return { handle, torn };
      if (limit === undefined && (torn.length > 0 || !chain.isClosed))
        throw unavailable(`${path} does not end with segment_close: its end is missing`);
    } finally {
      if (!isKept) await handle.close();
    }
  }
  throw new TypeError('a log without files cannot be read');
}

export interface Beginning {
  /** The file before it has been renamed to this already. */
  readonly closedAs?: string;
  readonly why?: string;
  /** Where the lines begin that count for nothing. */
  readonly abandonedFrom?: number;
}

/** Puts a new file in the place of the active one. It is durable before any name changes, so that a crash leaves nothing undecided. */
export async function beginSegment(settings: LogSettings, chain: ChainState, beginning: Beginning = {}): Promise<FileHandle> {
  const { path, log, vesselName, files, clock } = settings;
  const { closedAs, why, abandonedFrom } = beginning;
  const name = closedAs ?? closedName(path, chain.firstSeq, clock());
  const seq = chain.seq + 1;
  const entry: AuditEntry = {
    id: `segment/${seq}/open`,
    eventType: 'segment_open',
    summary: `goes on from ${name}`,
    data: {
      prev_segment: name,
      prev_last_seq: chain.seq,
      ...(why !== undefined && { why }),
      ...(abandonedFrom !== undefined && { abandoned: { from_seq: seq, from_offset: abandonedFrom } }),
    },
  };
  const line = encodeRecord(entry, { log, seq, prev: chain.prev, vesselName, timestamp: clock() });
  const { uid, gid, mode } = statSync(closedAs === undefined ? path : join(dirname(path), name));
  await rm(freshPath(path), { force: true });
  const handle = await createLog(freshPath(path));
  try {
    // An operator who rotates as root must not take the log away from the worker.
    await handle.chmod(mode & 0o7777);
    if (process.getuid?.() === 0) await handle.chown(uid, gid);
    await appendDurably(files, freshPath(path), handle, line);
    if (closedAs === undefined) await files.rename(path, join(dirname(path), name));
    await files.rename(freshPath(path), path);
    await files.syncFolder(dirname(path));
  } catch (error) {
    await handle.close().catch(() => undefined);
    // Nothing was appended to the file that counted until now: its own durability is what it was.
    throw unavailable(`${path} could not be followed by a new file: ${error instanceof Error ? error.message : String(error)}`, error);
  }
  chain.segment.path = join(dirname(path), name);
  chain.enter({ path });
  chain.take(line.subarray(0, -1));
  return handle;
}

/**
 * The active file is missing: somebody died between two steps of a rotation, or removed it. True: it is there now. False: it has to be
 * begun behind the newest closed file, if that one was closed.
 */
export async function restoreActive(settings: LogSettings, closed: readonly string[], isExpected: boolean): Promise<boolean> {
  const { path, files } = settings;
  const newest = closed.at(-1);
  if (newest !== undefined) {
    if ((await openingOf(freshPath(path)))?.prevSegment !== basename(newest)) return false;
    await files.rename(freshPath(path), path);
    return true;
  }
  if (isExpected) {
    const next = `put ${path} back from a backup; only to begin anew, knowingly: move ${path}.lock and the heads away as well`;
    throw unavailable(`${path} is missing, and it has held records: it was deleted`, undefined, 'known', next);
  }
  await (await createLog(path)).close();
  return true;
}
