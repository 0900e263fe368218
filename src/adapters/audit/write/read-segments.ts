import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { trailEvent } from '../../../domain/trail/events.js';
import { readSegmentOpen } from '../format/segment-records.js';
import { closedSegments, packedSegments, unpacking } from '../read/segment-files.js';
import { firstRecord } from '../read/segment-start.js';
import type { ChainState } from './chain-state.js';
import type { FileIdentity } from './log-file.js';
import { describeFile, openClosed, openLog, unavailable } from './log-file.js';
import type { LogSettings } from './log-settings.js';
import type { Left } from './read-as-left.js';
import { readAsLeft } from './read-as-left.js';

export const closedPaths = (path: string): readonly string[] => closedSegments(path).map((name) => join(dirname(path), name));

/** What the first record of a file says of the one before. */
export async function openingOf(path: string) {
  const handle = await openClosed(path);
  if (handle === undefined) return undefined;
  try {
    const record = await firstRecord(handle);
    return record === undefined ? undefined : readSegmentOpen(record);
  } finally {
    await handle.close();
  }
}

/** What somebody has packed is not lost. */
function packedIn(path: string): string {
  const [packed] = packedSegments(path);
  return packed === undefined ? '' : `; ${packed} is there: ${unpacking(path, packed)}`;
}

interface Next {
  readonly path: string;
  readonly handle: FileHandle;
  /** Path of the file before it; undefined where it is the oldest that is there. */
  readonly previous: string | undefined;
}

/** Checks that a file goes on where the chain stands, and lets the chain enter it. */
async function enterFile(settings: LogSettings, chain: ChainState, { path, handle, previous }: Next) {
  const first = await firstRecord(handle);
  const opening = first === undefined ? undefined : readSegmentOpen(first);
  if (previous === undefined) {
    if (first !== undefined && first.seq !== 0) {
      if (opening === undefined || (await settings.wasPruned?.(first.seq)) !== true)
        throw unavailable(
          `${path} begins with record ${first.seq}, and nothing says what became of those before it${packedIn(settings.path)}`,
        );
      chain.skipTo(first.seq - 1, first.prev);
    }
  } else if (opening?.prevSegment !== basename(previous) || first?.seq !== chain.seq + 1 || first.prev !== chain.prev)
    throw unavailable(
      `${path} does not continue ${basename(previous)}: a file of the log was removed or replaced${packedIn(settings.path)}`,
    );
  chain.enter({ path });
}

export interface ReadEnd {
  /** Of the last file; whoever calls closes it. */
  readonly handle: FileHandle;
  readonly torn: Buffer;
}

interface Reading {
  /** The chain stands in the first file already. */
  readonly isEntered?: boolean;
  /** Only so much of the last one. */
  readonly lastBytes?: number | undefined;
  /** How writers have left a file. */
  readonly leftOf?: (file: FileIdentity) => Left | undefined;
}

/**
 * Takes the chain along the files, oldest first. Undefined: the chain has taken in what a failed sync took with it, and must begin anew.
 */
export async function readFiles(
  settings: LogSettings,
  chain: ChainState,
  files: readonly string[],
  { isEntered = false, lastBytes, leftOf = () => undefined }: Reading = {},
): Promise<ReadEnd | undefined> {
  for (const [index, path] of files.entries()) {
    const isLast = index === files.length - 1;
    const handle = path === settings.path ? await openLog(path) : await openClosed(path);
    if (handle === undefined) throw unavailable(`${path} was deleted while it was read`);
    let isKept = false;
    try {
      if (index > 0 || !isEntered) await enterFile(settings, chain, { path, handle, previous: files[index - 1] });
      const limit = isLast ? lastBytes : (await openingOf(files[index + 1] as string))?.abandonedFrom;
      if (limit !== undefined && chain.readBytes > limit) return undefined;
      const { identity, bytes } = describeFile(handle);
      const torn =
        isLast && limit === undefined
          ? await readAsLeft(settings, chain, handle, leftOf(identity))
          : await chain.readOn(handle, limit ?? bytes);
      if (limit !== undefined && (torn.length > 0 || chain.recordEnd !== limit))
        throw unavailable(`${path} has no record that ends at byte ${limit}: its end is missing`);
      isKept = isLast;
      if (isLast) return { handle, torn };
      if (limit === undefined && (torn.length > 0 || !chain.isClosed))
        throw unavailable(`${path} does not end with ${trailEvent.segmentClose}: its end is missing`);
    } finally {
      if (!isKept) await handle.close();
    }
  }
  throw new TypeError('a log without files cannot be read');
}
