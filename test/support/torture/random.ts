/** Numbers from a seed (mulberry32), so that a run can be asked for again; what the clock does to it cannot. */
export interface Random {
  /** From 0 to less than 1. */
  next(): number;
  chance(share: number): boolean;
  /** Whole, from 0 to less than `below`. */
  below(below: number): number;
  pick<T>(from: readonly T[]): T;
  /** Another sequence, for a part of its own. */
  fork(name: number): Random;
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    next,
    below,
    chance: (share) => next() < share,
    pick: (from) => from[below(from.length)]!,
    fork: (name) => createRandom(Math.imul(seed ^ 0x9e3779b9, 2 * name + 1) ^ name),
  };
}
