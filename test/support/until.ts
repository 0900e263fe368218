import { watch } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { patienceMilliseconds } from './patience.js';

export interface Until {
  /** A folder whose changes are a reason to look again. */
  readonly watched?: string;
  /** Only where it may be missing; else as long as anything. */
  readonly milliseconds?: number;
  /** To the next look, where nothing told of one. */
  readonly everyMilliseconds?: number;
}

/** What was written is told before all that follows from it is done. */
const gatherMilliseconds = 30;

/** Resolves when something in the folder has changed. */
function change(folder: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(folder, { signal });
    watcher.once('change', () => resolve());
    watcher.once('error', () => resolve());
  });
}

/** Looks again and again, and fails with its name when the time is over. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
  { watched, milliseconds = patienceMilliseconds, everyMilliseconds = watched === undefined ? 50 : 1_000 }: Until = {},
): Promise<T> {
  let last: unknown;
  for (const end = Date.now() + milliseconds; Date.now() < end;) {
    const looked = new AbortController();
    const changed = watched === undefined ? [] : [change(watched, looked.signal).then(() => pause(gatherMilliseconds))];
    const found = await Promise.resolve()
      .then(look)
      .catch((error: unknown) => {
        last = error;
        return undefined;
      });
    const over = () => pause(everyMilliseconds, undefined, { signal: looked.signal }).catch(() => undefined);
    if (found === undefined) await Promise.race([...changed, over()]);
    looked.abort();
    if (found !== undefined) return found;
  }
  throw new Error(`not within ${milliseconds / 1_000} s: ${what}`, { cause: last });
}
