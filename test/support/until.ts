import { setTimeout as pause } from 'node:timers/promises';

/** For what gives no event to wait for: looks again and again, and fails with its name when the time is over. */
export async function until<T>(what: string, seconds: number, look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  let last: unknown;
  for (const end = Date.now() + seconds * 1_000; Date.now() < end; await pause(100)) {
    const found = await Promise.resolve()
      .then(look)
      .catch((error: unknown) => {
        last = error;
        return undefined;
      });
    if (found !== undefined) return found;
  }
  throw new Error(`not within ${seconds} s: ${what}`, { cause: last });
}
