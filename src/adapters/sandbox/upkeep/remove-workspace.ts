import { randomBytes } from 'node:crypto';
import { chmodSync, rmdirSync, unlinkSync } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setImmediate as otherWork } from 'node:timers/promises';
import type { HeldFolder } from '../workspace/held-folder.js';
import { codeOf, holdFolder, isSameFile, lookAtEntry, makeHeld, moveEntry, namesIn, withFolder } from '../workspace/held-folder.js';
import { shownName } from '../workspace/shown-name.js';
import type { Problem } from './removal-problem.js';
import { explain } from './removal-problem.js';

/** What is being removed lies in a folder of this name, so that a half-removed workspace is never taken for a workspace. */
const removedName = /^\.janus-removed-[0-9a-f]{16}$/;

export interface Removal {
  /** False: something is left, because of `problems` or because the call's share of work is done. `finishRemovals` goes on. */
  readonly done: boolean;
  /** Entries that are gone. */
  readonly removed: number;
  readonly problems: readonly Problem[];
}

export interface RemovalBounds {
  readonly entriesMax?: number;
  readonly signal?: AbortSignal;
}

interface Work {
  readonly place: string;
  readonly bounds: RemovalBounds;
  readonly problems: Problem[];
  /** Names in the place that cannot be removed: not tried again by this call. */
  readonly stuck: Set<string>;
  /** Prefix of the names that folders get in the place; another call's are not in the way. */
  readonly nonce: string;
  removed: number;
  moved: number;
}

const entriesMaxDefault = 2_000_000;
/** Handled between two turns of the event loop, where nothing else waits for the disk. */
const entriesAtOnce = 64;
const problemsMax = 20;

const isOver = ({ bounds, removed, moved }: Work) =>
  bounds.signal?.aborted === true || removed + moved >= (bounds.entriesMax ?? entriesMaxDefault);

function note(work: Work, name: string, error: unknown): void {
  const path = join(work.place, name);
  if (work.problems.length < problemsMax) work.problems.push({ path, ...explain(codeOf(error), path) });
}

/** Only a folder of the same mount as the place itself: a bind mount, even of the same device, is left alone. */
function holdInside(place: HeldFolder, path: Buffer): HeldFolder {
  const held = holdFolder(path);
  if (held.mount === place.mount && held.stats.dev === place.stats.dev) {
    // Through the descriptor: chmod of a name would follow a link.
    if ((held.stats.mode & 0o700) !== 0o700) chmodSync(held.self, 0o700);
    return held;
  }
  held.close();
  throw Object.assign(new Error('a mount'), { code: 'MOUNT' });
}

/** A folder inside of one that is being emptied: removed where it is empty, otherwise put beside it, so that no path ever gets long. */
function moveUp(work: Work, place: HeldFolder, from: HeldFolder, name: Buffer): void {
  try {
    rmdirSync(from.at(name));
    work.removed += 1;
    return;
  } catch (error) {
    if (codeOf(error) !== 'ENOTEMPTY') throw error;
  }
  // Held first: a folder that its owner may not write to cannot be moved, and a mount must not be.
  holdInside(place, from.at(name)).close();
  work.moved += 1;
  moveEntry(from, name, place, `${work.nonce}-${work.moved}`);
}

/** Empties one folder of the place. True where nothing is left in it. */
async function empty(work: Work, place: HeldFolder, folder: HeldFolder, called: string): Promise<boolean> {
  let left = false;
  const attempt = (name: Buffer, step: () => void) => {
    try {
      step();
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return;
      left = true;
      note(work, join(called, shownName(name)), error);
    }
  };
  for (const batch of namesIn(folder)) {
    if (isOver(work)) return false;
    // In the thread pool: to let go of a big file takes its time, and the worker has other things to do.
    const results = await Promise.allSettled(batch.map((name) => unlink(folder.at(name))));
    for (const [index, result] of results.entries()) {
      const name = batch[index] ?? Buffer.alloc(0);
      if (result.status === 'fulfilled') {
        work.removed += 1;
        continue;
      }
      attempt(name, () => {
        if (codeOf(result.reason) !== 'EISDIR') throw result.reason as Error;
        moveUp(work, place, folder, name);
      });
      if (index % entriesAtOnce === 0) await otherWork();
    }
    await otherWork();
  }
  return !left;
}

/** Removes one entry of the place; a folder with all that is in it, except for the folders that are put beside it first. */
async function removeEntry(work: Work, place: HeldFolder, name: Buffer): Promise<void> {
  let folder: HeldFolder;
  try {
    folder = holdInside(place, place.at(name));
  } catch (error) {
    if (codeOf(error) !== 'ENOTDIR') throw error;
    unlinkSync(place.at(name));
    work.removed += 1;
    return;
  }
  const before = work.removed + work.moved;
  try {
    if (!(await empty(work, place, folder, shownName(name)))) {
      if (!isOver(work)) work.stuck.add(name.toString('latin1'));
      return;
    }
  } finally {
    folder.close();
  }
  try {
    rmdirSync(place.at(name));
    work.removed += 1;
  } catch (error) {
    // A listing may miss what moved while it was read: the next pass finds it.
    if (codeOf(error) !== 'ENOTEMPTY' || work.removed + work.moved === before) throw error;
  }
}

/** Goes over the place until it is empty, or nothing more can be removed, or the call's share is done. */
async function drain(work: Work, place: HeldFolder): Promise<boolean> {
  for (;;) {
    let tried = 0;
    for (const batch of namesIn(place)) {
      await otherWork();
      for (const name of batch) {
        if (work.stuck.has(name.toString('latin1'))) continue;
        if (isOver(work)) return false;
        tried += 1;
        if (tried % entriesAtOnce === 0) await otherWork();
        try {
          await removeEntry(work, place, name);
        } catch (error) {
          // Gone: another process removes the same.
          if (codeOf(error) === 'ENOENT') continue;
          work.stuck.add(name.toString('latin1'));
          note(work, shownName(name), error);
        }
      }
    }
    if (tried === 0) return work.stuck.size === 0;
  }
}

async function drainAt(parent: HeldFolder, name: string, parentPath: string, bounds: RemovalBounds): Promise<Removal> {
  const nonce = randomBytes(6).toString('hex');
  const work: Work = { place: join(parentPath, name), bounds, problems: [], stuck: new Set(), nonce, removed: 0, moved: 0 };
  const done = await withFolder(parent.at(name), (place) => drain(work, place));
  try {
    if (done) rmdirSync(parent.at(name));
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') note(work, '', error);
  }
  return { done: done && work.problems.length === 0, removed: work.removed, problems: work.problems };
}

/** Puts the folder out of sight in one step: it has another name from now on, whatever happens next. */
function hide(parent: HeldFolder, name: string, expected: { readonly dev: number; readonly ino: number }): string {
  const hidden = `.janus-removed-${randomBytes(8).toString('hex')}`;
  const target = holdInside(parent, parent.at(name));
  target.close();
  if (!isSameFile(target.stats, expected)) throw Object.assign(new Error('another folder'), { code: 'ESTALE' });
  const place = makeHeld(parent, hidden);
  try {
    moveEntry(parent, name, place, 'workspace');
    const moved = lookAtEntry(place, 'workspace');
    if (moved !== undefined && isSameFile(moved, expected)) return hidden;
    moveEntry(place, 'workspace', parent, name);
    throw Object.assign(new Error('another folder'), { code: 'ESTALE' });
  } catch (error) {
    rmdirSync(parent.at(hidden));
    throw error;
  } finally {
    place.close();
  }
}

/**
 * Removes a workspace that an action left behind, however it looks: nothing is opened but folders, no link is followed, no mount entered, no
 * path gets long. `expected` is the folder that was looked at: what else lies there by now is left alone. Call it when no process of the
 * action is left. Rejects where the folder itself cannot be moved out of sight.
 */
export function removeWorkspace(
  folder: string,
  expected: { readonly dev: number; readonly ino: number },
  bounds: RemovalBounds = {},
): Promise<Removal> {
  const [parentPath, name] = [dirname(folder), basename(folder)];
  return withFolder(parentPath, async (parent) => {
    let hidden: string;
    try {
      hidden = hide(parent, name, expected);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return { done: true, removed: 0, problems: [] };
      return { done: false, removed: 0, problems: [{ path: folder, ...explain(codeOf(error), folder) }] };
    }
    return drainAt(parent, hidden, parentPath, bounds);
  });
}

/** Goes on where a removal stopped, by a crash or at its bounds. Only folders that this account itself made. */
export function finishRemovals(parentPath: string, bounds: RemovalBounds = {}): Promise<Removal> {
  return withFolder(parentPath, async (parent) => {
    const hidden: string[] = [];
    for (const batch of namesIn(parent)) {
      await otherWork();
      hidden.push(...batch.map((name) => name.toString('latin1')).filter((name) => removedName.test(name)));
    }
    let all: Removal = { done: true, removed: 0, problems: [] };
    for (const name of hidden) {
      const found = lookAtEntry(parent, name);
      if (found === undefined || !found.isDirectory() || found.uid !== process.getuid?.()) continue;
      const one = await drainAt(parent, name, parentPath, bounds);
      all = { done: all.done && one.done, removed: all.removed + one.removed, problems: [...all.problems, ...one.problems] };
    }
    return all;
  });
}
