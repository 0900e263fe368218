import { createPlant, stepSeconds } from './plant.mjs';
import { nextAfter, pick, randomOf } from './random.mjs';

/** The jobs of a scenario in the order in which they come. */
export function arrivals({ jobs, kinds, seed = 1 }) {
  const random = randomOf(seed);
  const coming = jobs.flatMap(({ at = 0, count, kind, perSecond, until, mix }) => {
    if (count !== undefined) return Array.from({ length: count }, () => ({ at, kind }));
    const found = [];
    for (let time = at + nextAfter(random, perSecond); time < until; time += nextAfter(random, perSecond)) {
      found.push({ at: time, kind: pick(random, mix) });
    }
    return found;
  });
  return coming.sort((a, b) => a.at - b.at).map(({ at, kind }, index) => ({ id: index, at, kind, ...kinds[kind] }));
}

/** Runs a scenario under a controller; `samples` has one row for each half second, `jobs` one for each that came. */
export function simulate(scenario, createController) {
  const plant = createPlant(scenario);
  const controller = createController(scenario.host);
  const coming = arrivals(scenario);
  const queue = [];
  const seen = {
    samples: [],
    started: new Map(),
    ended: new Map(),
    kills: [],
    sheds: [],
    aboveSeconds: 0,
    peakMemory: 0,
    peakRunning: 0,
    endedAt: undefined,
    crossedAt: undefined,
  };
  const every = Math.max(1, Math.round(controller.everySeconds / stepSeconds));
  const bound = scenario.bound ?? 0.9;
  let told = { limit: 1 };
  for (let step = 1; step * stepSeconds <= scenario.seconds; step += 1) {
    while (coming.length > 0 && coming[0].at <= plant.now) queue.push(coming.shift());
    const { ended, killed } = plant.advance();
    for (const job of ended) seen.ended.set(job.id, plant.now);
    seen.kills.push(...killed.map(() => plant.now));
    // What was killed begins anew.
    queue.push(...killed);
    if (step % every === 0) told = controller.tick(plant, queue);
    for (let left = step % every === 0 ? (told.shed ?? 0) : 0; left > 0 && plant.running.length > 0; left -= 1) {
      seen.sheds.push(plant.now);
      queue.push(plant.killYoungest());
    }
    for (let next = controller.next(queue, plant); queue.length > 0 && next >= 0; next = controller.next(queue, plant)) {
      const [job] = queue.splice(next, 1);
      if (!seen.started.has(job.id)) seen.started.set(job.id, plant.now);
      plant.start(job);
    }
    const { share } = plant.memory;
    if (share > bound) {
      seen.aboveSeconds += stepSeconds;
      seen.crossedAt ??= plant.now;
    }
    seen.peakMemory = Math.max(seen.peakMemory, share);
    seen.peakRunning = Math.max(seen.peakRunning, plant.running.length);
    if (step % Math.round(0.5 / stepSeconds) === 0) {
      seen.samples.push({ at: plant.now, ...told, running: plant.running.length, waiting: queue.length, memory: share });
    }
    const isOver = coming.length === 0 && queue.length === 0 && plant.running.length === 0;
    if (isOver && seen.endedAt === undefined) seen.endedAt = plant.now;
    if (isOver && plant.now > (scenario.idleUntil ?? 0)) break;
  }
  return { ...seen, arrived: arrivals(scenario) };
}
