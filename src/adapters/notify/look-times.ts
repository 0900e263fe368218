/** People hear of an attempt within a minute (charter; spec K4): this, and the scripts of all that may be recorded in an hour, are less. A test adds it up. */
const millisecondsMax = 20_000;

/** Where the kernel tells of changes, one that was missed waits so many times longer. */
const watchedFactor = 10;

interface Looked {
  readonly pollMilliseconds: number;
  /** The kernel tells of changes. */
  readonly isWatched: boolean;
  /** Looks in a row that failed. Each may have taken long: the next one waits twice as long. */
  readonly failures: number;
}

/** From a look at a log until the next one where nobody says that it changed, in milliseconds. */
export function untilNextLook({ pollMilliseconds, isWatched, failures }: Looked): number {
  const factor = isWatched && failures === 0 ? watchedFactor : 2 ** failures;
  return Math.min(millisecondsMax, factor * pollMilliseconds);
}
