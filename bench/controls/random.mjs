/** Numbers from 0 to 1 that a seed decides (mulberry32): a scenario is the same each time. */
export function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Time until the next event of a Poisson process. */
export const nextAfter = (random, ratePerSecond) => -Math.log(1 - random()) / ratePerSecond;

/** One of the names of `weights`, as often as its weight says. */
export function pick(random, weights) {
  const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  let left = random() * total;
  for (const [name, weight] of Object.entries(weights)) {
    left -= weight;
    if (left <= 0) return name;
  }
  return Object.keys(weights).at(-1);
}
