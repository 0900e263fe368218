/**
 * So long is waited for an answer of the disk: a mount whose server is gone never gives one. Long enough for a look that waits behind the syncs of
 * a busy disk, since a stop ends what runs.
 */
const answerMilliseconds = 5_000;

/** By path: the look that is under way, and whether it has been given up. A look that hangs holds a thread of the pool, and there are four. */
const underWay = new Map<string, { readonly turn: Promise<unknown>; isGivenUp: boolean }>();

const noAnswer = (path: string) => Object.assign(new Error(`${path} does not answer`), { code: 'no answer' });

/**
 * Looks at a path, one look at a time, and never one that began before it was asked for. Rejects with the code `no answer` after five seconds, and at
 * once while an earlier look hangs: the event loop is never held.
 */
export async function lookInTime<T>(path: string, look: () => Promise<T>): Promise<T> {
  const before = underWay.get(path);
  if (before?.isGivenUp === true) throw noAnswer(path);
  const turn = (before?.turn ?? Promise.resolve()).then(look, look);
  const mine = { turn, isGivenUp: false };
  underWay.set(path, mine);
  const forget = () => {
    if (underWay.get(path) === mine) underWay.delete(path);
  };
  turn.then(forget, forget);
  let timer: NodeJS.Timeout | undefined;
  try {
    return await Promise.race([
      turn,
      new Promise<never>((_, reject) => {
        // Behind an event loop that was held up the answer may be there, and not yet read: timers come first.
        timer = setTimeout(() => setImmediate(() => reject(noAnswer(path))), answerMilliseconds);
      }),
    ]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'no answer') mine.isGivenUp = true;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
