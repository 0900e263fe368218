/** How many calls one group holds: a bound on what a failed sync takes with it. */
const groupMax = 64;

interface Waiting<T, R> {
  readonly item: T;
  readonly resolve: (result: R | PromiseLike<R>) => void;
  readonly reject: (reason: unknown) => void;
}

export interface Groups<T, R> {
  readonly ask: (item: T) => Promise<R>;
  /** Resolves when nothing is asked any more. */
  readonly idle: () => Promise<void>;
}

/**
 * Runs one group after the other, in the order of the calls: what is asked while a group is at work is the next one. `work` returns one
 * result for each item, or throws for all of them.
 */
export function inGroups<T, R>(work: (items: readonly T[]) => Promise<readonly PromiseSettledResult<R>[]>): Groups<T, R> {
  const queue: Waiting<T, R>[] = [];
  let draining: Promise<void> | undefined;
  const drain = async () => {
    while (queue.length > 0) {
      const group = queue.splice(0, groupMax);
      try {
        const results = await work(group.map(({ item }) => item));
        for (const [index, { resolve, reject }] of group.entries()) {
          const result = results[index];
          if (result?.status === 'fulfilled') resolve(result.value);
          else reject(result?.reason ?? new TypeError('a group left an item without a result'));
        }
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    draining = undefined;
  };
  return {
    ask: (item) =>
      new Promise<R>((resolve, reject) => {
        queue.push({ item, resolve, reject });
        draining ??= drain();
      }),
    idle: async () => draining,
  };
}
