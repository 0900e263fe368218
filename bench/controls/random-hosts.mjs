import { randomOf } from './random.mjs';

const between = (random, from, to) => from + (to - from) * random();

/** Jobs of three kinds, each of other sizes; each says what it needs, and a little more. */
function randomKinds(random, memoryMb) {
  const job = (cpu, io, share) => {
    const needed = Math.round(memoryMb * share);
    return { cpuSeconds: cpu, ioSeconds: io, memoryMb: needed, reservedMb: Math.round(needed * between(random, 1.02, 1.3)) + 32 };
  };
  return {
    io: job(between(random, 0.05, 0.4), between(random, 1, 8), 0.004),
    cpu: job(between(random, 0.5, 8), between(random, 0, 0.5), 0.006),
    mem: job(between(random, 0.3, 3), between(random, 4, 20), between(random, 0.05, 0.16)),
  };
}

/** A host that nobody tuned anything for: cores, memory, jobs, load by the seed. Nothing of others happens on it. */
export function randomHost(seed) {
  const random = randomOf(seed);
  const cores = [2, 4, 8, 16][Math.floor(random() * 4)];
  const memoryMb = Math.round(cores * between(random, 2_000, 8_000));
  const kinds = randomKinds(random, memoryMb);
  const mix = { io: between(random, 0.2, 1), cpu: between(random, 0.1, 1), mem: between(random, 0.02, 0.3) };
  const weights = Object.values(mix).reduce((sum, weight) => sum + weight, 0);
  const cpuOfOne = Object.entries(mix).reduce((sum, [name, weight]) => sum + (weight / weights) * kinds[name].cpuSeconds, 0);
  const load = between(random, 0.4, 1.3);
  return {
    what: `${cores} cores, ${Math.round(memoryMb / 1_000)} GB, load ${load.toFixed(2)}`,
    host: { cores, memoryMb, baseMb: Math.round(memoryMb * between(random, 0.05, 0.35)) },
    max: cores * (2 + Math.floor(random() * 3)),
    kinds,
    jobs: [
      { perSecond: (load * cores) / cpuOfOne, until: 120, mix },
      { at: between(random, 10, 100), count: 20, kind: ['io', 'cpu', 'mem'][Math.floor(random() * 3)] },
    ],
    seconds: 400,
    seed,
  };
}
