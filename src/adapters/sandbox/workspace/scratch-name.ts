import { lstatSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as otherWork } from 'node:timers/promises';
import { parseStat, readProc } from '../usage/process-tree.js';
import type { RemovalBounds, Removal } from '../upkeep/remove-workspace.js';
import { removeWorkspace } from '../upkeep/remove-workspace.js';

/** `scratch-PID-TICKS-xxxxxx`: the process that made it and when that began, in clock ticks after boot. A pid alone is used again. */
const namePattern = /^scratch-(\d+)-(\d+)-\w+$/;

/** What a scratch folder of this process is called, before the part that tells one from another. */
export function scratchPrefix(): string {
  return `scratch-${process.pid}-${parseStat(readProc(process.pid, 'stat')).startTicks}-`;
}

export const isScratchName = (name: string) => namePattern.test(name);

/** Whether the process that made it is gone; false for any other name. One that has ended and is not yet waited for writes nothing more. */
function isStale(name: string): boolean {
  const [, pid, madeBy] = namePattern.exec(name) ?? [];
  if (pid === undefined) return false;
  const { state, startTicks } = parseStat(readProc(Number(pid), 'stat'));
  return startTicks !== madeBy || state === 'Z' || state === 'X';
}

/** Folders of that kind directly in this folder. */
const scratchesIn = (root: string): string[] =>
  (statSync(root, { throwIfNoEntry: false })?.isDirectory() === true ? readdirSync(root) : []).filter(isScratchName);

/** Removes what processes left behind that are gone, as a workspace is removed: however it looks, and following nothing. */
export async function sweepScratches(
  root: string,
  bounds: RemovalBounds = {},
  isInUse: (path: string) => boolean = () => false,
): Promise<{ readonly path: string; readonly removal: Removal }[]> {
  const swept = [];
  for (const name of scratchesIn(root)) {
    await otherWork();
    if (bounds.signal?.aborted === true) break;
    const path = join(root, name);
    // What is no folder has not been made by us.
    const found = isStale(name) ? lstatSync(path, { throwIfNoEntry: false }) : undefined;
    if (found?.isDirectory() === true && !isInUse(path)) swept.push({ path, removal: await removeWorkspace(path, found, bounds) });
  }
  return swept;
}
