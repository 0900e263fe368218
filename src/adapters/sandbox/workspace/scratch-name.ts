import { lstatSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
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

/** Scratch folders directly in this folder whose process is gone; what is no folder has not been made by us. */
function staleScratches(root: string): { readonly path: string; readonly dev: number; readonly ino: number }[] {
  return (statSync(root, { throwIfNoEntry: false })?.isDirectory() === true ? readdirSync(root) : []).filter(isStale).flatMap((name) => {
    const path = join(root, name);
    const found = lstatSync(path, { throwIfNoEntry: false });
    return found?.isDirectory() === true ? [{ path, dev: found.dev, ino: found.ino }] : [];
  });
}

/** Removes what processes left behind that are gone, as a workspace is removed: however it looks, and following nothing. */
export async function sweepScratches(
  root: string,
  bounds: RemovalBounds = {},
  isInUse: (path: string) => boolean = () => false,
): Promise<{ readonly path: string; readonly removal: Removal }[]> {
  const swept = [];
  for (const { path, ...expected } of staleScratches(root)) {
    if (bounds.signal?.aborted === true) break;
    if (!isInUse(path)) swept.push({ path, removal: await removeWorkspace(path, expected, bounds) });
  }
  return swept;
}
