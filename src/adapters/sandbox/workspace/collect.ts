import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { setImmediate as otherWork } from 'node:timers/promises';
import type { HeldFolder } from './held-folder.js';
import { codeOf, holdFolder, isSameFile, lookAtEntry, namesIn } from './held-folder.js';
import { shownName } from './shown-name.js';

export interface CollectBounds {
  readonly filesMax: number;
  readonly fileBytesMax: number;
  readonly totalBytesMax: number;
  readonly depthMax: number;
  /** Entries of any kind that are looked at. */
  readonly entriesMax: number;
  /** Entries that are named among those left out; the others are counted. */
  readonly leftOutMax: number;
}

export const collectBounds: CollectBounds = {
  filesMax: 10_000,
  fileBytesMax: 256 * 1_048_576,
  totalBytesMax: 1_024 * 1_048_576,
  depthMax: 64,
  entriesMax: 100_000,
  leftOutMax: 1_000,
};

export interface Collection {
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[];
  /** What would not be collected, and why. */
  readonly leftOut: readonly { readonly path: string; readonly why: string }[];
  /** How many were left out, also those that are not named. */
  readonly leftOutCount: number;
  readonly bytes: number;
}

/** Looked at between two turns of the event loop. */
const entriesAtOnce = 64;

interface State {
  readonly bounds: CollectBounds;
  readonly root: HeldFolder;
  readonly signal: AbortSignal | undefined;
  readonly files: { path: string; bytes: number; sha256: string }[];
  readonly leftOut: { path: string; why: string }[];
  leftOutCount: number;
  bytes: number;
  entries: number;
}

function leaveOut(state: State, path: string, why: string): void {
  state.leftOutCount += 1;
  if (state.leftOut.length < state.bounds.leftOutMax) state.leftOut.push({ path, why });
}

function kindOf(stats: Stats): string {
  if (stats.isSymbolicLink()) return 'a link';
  if (stats.isFIFO()) return 'a named pipe';
  if (stats.isSocket()) return 'a socket';
  return stats.isDirectory() ? 'a folder' : 'a device';
}

/** Why a regular file is not taken; undefined where it is. */
function whyNot({ bounds, files, bytes, root }: State, stats: Stats): string | undefined {
  if (!stats.isFile()) return kindOf(stats);
  if (stats.dev !== root.stats.dev) return 'it lies on another file system';
  if (stats.nlink !== 1) return `it has ${stats.nlink} names (hard links)`;
  if (stats.size > bounds.fileBytesMax) return `${stats.size} bytes, ${bounds.fileBytesMax} are allowed`;
  if (bytes + stats.size > bounds.totalBytesMax) return `more than ${bounds.totalBytesMax} bytes in all`;
  return files.length >= bounds.filesMax ? `more than ${bounds.filesMax} files` : undefined;
}

async function sha256Of(handle: FileHandle, size: number): Promise<string> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of handle.createReadStream({ autoClose: false, end: size })) {
    bytes += (chunk as Buffer).length;
    hash.update(chunk as Buffer);
  }
  if (bytes !== size) throw Object.assign(new Error('it changed'), { code: 'it changed while it was read' });
  return hash.digest('hex');
}

/** One name in a folder that is held open; `path` is how it is shown. */
interface Entry {
  readonly folder: HeldFolder;
  readonly name: Buffer;
  readonly path: string;
}

/** Looked at, opened without following or waiting, and looked at again: what was opened is what was looked at. */
async function takeFile(state: State, { folder, name, path }: Entry, seen: Stats): Promise<void> {
  const handle = await open(folder.at(name), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    const opened = await handle.stat();
    const why = isSameFile(opened, seen) ? whyNot(state, opened) : 'it changed while it was opened';
    if (why !== undefined) {
      leaveOut(state, path, why);
      return;
    }
    const sha256 = await sha256Of(handle, opened.size);
    state.files.push({ path, bytes: opened.size, sha256 });
    state.bytes += opened.size;
  } finally {
    await handle.close();
  }
}

async function visit(state: State, entry: Entry, depth: number): Promise<void> {
  const { folder, name, path } = entry;
  const seen = lookAtEntry(folder, name);
  if (seen === undefined) return;
  if (!seen.isDirectory()) {
    const why = whyNot(state, seen);
    if (why === undefined) await takeFile(state, entry, seen);
    else leaveOut(state, path, why);
    return;
  }
  if (depth >= state.bounds.depthMax) {
    leaveOut(state, path, `deeper than ${state.bounds.depthMax} folders`);
    return;
  }
  const inner = holdFolder(folder.at(name));
  try {
    if (inner.mount !== state.root.mount) leaveOut(state, path, 'something is mounted there');
    else await walk(state, inner, `${path}/`, depth + 1);
  } finally {
    inner.close();
  }
}

async function walk(state: State, folder: HeldFolder, prefix: string, depth: number): Promise<void> {
  const names: Buffer[] = [];
  for (const batch of namesIn(folder)) {
    await otherWork();
    state.signal?.throwIfAborted();
    names.push(...batch);
    if (state.entries + names.length > state.bounds.entriesMax) break;
  }
  for (const name of names.sort((one, other) => one.compare(other))) {
    state.signal?.throwIfAborted();
    state.entries += 1;
    if (state.entries % entriesAtOnce === 0) await otherWork();
    if (state.entries > state.bounds.entriesMax) {
      leaveOut(state, prefix === '' ? '.' : prefix, `more than ${state.bounds.entriesMax} entries: the rest was not looked at`);
      return;
    }
    const path = `${prefix}${shownName(name)}`;
    try {
      await visit(state, { folder, name, path }, depth);
    } catch (error) {
      if (state.signal?.aborted === true) throw error;
      leaveOut(state, path, `it cannot be read: ${codeOf(error)}`);
    }
  }
}

/**
 * What would be collected from a workspace: its regular files with one name each, in the order of their names, by size and hash. Changes
 * nothing. No link is followed, no pipe, socket or device opened, no mount entered. Call it when no process of the action is left.
 */
export async function collect(workspace: string, change: Partial<CollectBounds> = {}, signal?: AbortSignal): Promise<Collection> {
  const root = holdFolder(workspace);
  try {
    const bounds = { ...collectBounds, ...change };
    const state: State = { bounds, root, signal, files: [], leftOut: [], leftOutCount: 0, bytes: 0, entries: 0 };
    await walk(state, root, '', 0);
    const { files, leftOut, leftOutCount, bytes } = state;
    return { files, leftOut, leftOutCount, bytes };
  } finally {
    root.close();
  }
}
