import { statSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { trailEvent } from '../../../domain/trail/events.js';
import type { AuditEntry } from '../../../domain/trail/records.js';
import { encodeRecord } from '../format/record.js';
import type { ChainState } from './chain-state.js';
import { appendDurably, createLog, identityOf, unavailable } from './log-file.js';
import type { LogSettings } from './log-settings.js';
import { openingOf } from './read-segments.js';

/** A new active file lies here until it is whole and durable. */
const freshPath = (path: string) => `${path}.new`;

/** `<log>.<first seq>.<day of closing>.jsonl`; a number is added in the one case that two files begin with the same record: the first sync failed. */
function closedName(path: string, firstSeq: number, now: Date): string {
  const stem = basename(path).replace(/\.jsonl$/, '');
  const name = `${stem}.${String(firstSeq).padStart(12, '0')}.${now.toISOString().slice(0, 10).replaceAll('-', '')}`;
  for (let count = 0; ; count += 1) {
    const candidate = `${name}${count === 0 ? '' : `.${count}`}.jsonl`;
    if (identityOf(join(dirname(path), candidate)) === undefined) return candidate;
  }
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
  const entry: AuditEntry<typeof trailEvent.segmentOpen> = {
    id: `segment/${seq}/open`,
    eventType: trailEvent.segmentOpen,
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
 * begun after the newest closed file, if that one was closed.
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
