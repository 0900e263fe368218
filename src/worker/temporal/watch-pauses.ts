/** Looks again and again at what may hold the vessel, and tells whoever follows it. */
export interface PauseWatching<Seen> {
  readonly look: () => Promise<Seen>;
  /** Each is told at every look; one that fails keeps no other from it. */
  readonly followers: readonly ((seen: Seen) => Promise<void>)[];
  /** Told once for each outage; it is tried again at the next look. */
  readonly onProblem: (error: unknown) => void;
  readonly everyMilliseconds?: number;
}

/** Follows each change until that has succeeded. `known`: what has been followed already. */
export function whenChanged<Seen>(follow: (seen: Seen) => Promise<void>, known: Seen): (seen: Seen) => Promise<void> {
  let followed = known;
  return async (seen) => {
    if (seen === followed) return;
    await follow(seen);
    followed = seen;
  };
}

export function watchPauses<Seen>({ look, followers, onProblem, everyMilliseconds = 2_000 }: PauseWatching<Seen>): {
  close(): Promise<void>;
} {
  let isFailing = false;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;
  const turn = async () => {
    const problems: unknown[] = [];
    try {
      const seen = await look();
      for (const follow of followers) await follow(seen).catch((error: unknown) => problems.push(error));
    } catch (error) {
      problems.push(error);
    }
    if (!isFailing && problems.length > 0) onProblem(problems[0]);
    isFailing = problems.length > 0;
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
