import { setTimeout as pause } from 'node:timers/promises';
import { patienceMilliseconds } from './patience.js';

/** Looks again and again until it is there; for what only a file or /proc can tell. Its own clock is never a fake one. */
export async function soon<T>(
  look: () => T | undefined | false | Promise<T | undefined | false>,
  milliseconds = patienceMilliseconds,
): Promise<T> {
  const end = performance.now() + milliseconds;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new Error(`not within ${milliseconds} ms`);
    await pause(5);
  }
}
