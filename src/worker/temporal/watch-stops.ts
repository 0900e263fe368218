/** What has to follow when a stop begins or ends. */
export interface StopWatching {
  /** What the stop that stands is called; undefined where none does. */
  readonly look: () => Promise<string | undefined>;
  readonly follow: (stop: string | undefined) => Promise<void>;
  /** Told once for each outage; it is tried again at the next look. */
  readonly onProblem: (error: unknown) => void;
  readonly everyMilliseconds?: number;
}

/** Looks again and again, and follows each change until it has succeeded. `known`: what has been followed already. */
export function watchStops(
  { look, follow, onProblem, everyMilliseconds = 2_000 }: StopWatching,
  known: string | undefined,
): { close(): Promise<void> } {
  let followed = known;
  let isFailing = false;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;
  const turn = async () => {
    try {
      const stop = await look();
      if (stop !== followed) await follow(stop);
      followed = stop;
      isFailing = false;
    } catch (error) {
      if (!isFailing) onProblem(error);
      isFailing = true;
    }
  };
  let turning = Promise.resolve();
  const plan = () => {
    timer = setTimeout(() => {
      turning = turn().finally(() => {
        if (!isClosed) plan();
      });
    }, everyMilliseconds);
  };
  plan();
  return {
    close: async () => {
      isClosed = true;
      clearTimeout(timer);
      await turning;
    },
  };
}
