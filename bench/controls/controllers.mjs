/**
 * Who decides whether one more job may start. `tick(plant, queue)` is called every `everySeconds`, and answers with the limit, and how many of the
 * youngest jobs are to be ended now; `next(queue, plant)` is the place in the queue of the job that may start, or -1.
 */

/** As many as always. */
export const fixed = (limit) => () => ({
  everySeconds: 0.5,
  tick: () => ({ limit }),
  next: (_, plant) => (plant.running.length < limit ? 0 : -1),
});

/**
 * The resource-based tuner of Temporal's SDK (core-bridge 1.24, `resource_based.rs`) with its published defaults: two PID controllers, P 5, I 0, D 1,
 * targets of 0.8 memory and 0.9 CPU; a slot where both outputs are above their thresholds, one at least, 50 ms apart.
 */
export function temporalTuner() {
  const targets = { memory: 0.8, cpu: 0.9 };
  const thresholds = { memory: 0.25, cpu: 0.05 };
  const gains = { proportional: 5, derivative: 1 };
  return () => {
    let last = { used: 0, now: 0, cpu: 0, memory: 0 };
    let free = true;
    return {
      everySeconds: 0.05,
      tick: (plant) => {
        const { used } = plant.total;
        // Its picture of the host is refreshed every 100 ms.
        const isDue = plant.now - last.now >= 0.1 - 1e-9;
        const cpu = isDue ? (used - last.used) / (plant.now - last.now) / plant.host.cores : last.cpu;
        const memory = isDue ? plant.memory.share : last.memory;
        const output = (name, value) => gains.proportional * (targets[name] - value) - gains.derivative * (value - last[name]);
        free = memory <= targets.memory && output('memory', memory) > thresholds.memory && output('cpu', cpu) > thresholds.cpu;
        last = isDue ? { used, now: plant.now, cpu, memory } : { ...last };
        return { limit: plant.running.length + (free ? 1 : 0) };
      },
      next: (_, plant) => {
        const admitted = plant.running.length < 1 || free;
        // One for each throttle interval.
        if (admitted) free = false;
        return admitted ? 0 : -1;
      },
    };
  };
}

/** As the gate has it. */
const patienceSeconds = 30;

/** Janus: the step of `src/domain/controls`, and the gate's part of the memory ledger. `distort` may spoil what it reads. */
export function janus({ stepControls, initialControls }, settings, distort = (readings) => readings) {
  return (host) => {
    let state = initialControls(settings, host.cores);
    let orders = { concurrency: 1, memoryCeilingMb: 0, holds: {} };
    let shortSince;
    let before = { now: 0, stall: 0, memoryStall: 0, used: 0 };
    const reservedMb = (plant) => plant.running.reduce((sum, job) => sum + job.reservedMb, 0);
    return {
      everySeconds: settings.tickSeconds,
      tick: (plant, queue) => {
        const total = { ...plant.total, now: plant.now };
        const seconds = Math.max(total.now - before.now, 1e-9);
        const since = (name) => (total[name] - before[name]) / seconds;
        const readings = distort({
          at: plant.now * 1_000,
          cores: host.cores,
          memory: {
            totalMb: host.memoryMb,
            availableMb: Math.max(0, host.memoryMb - plant.memory.usedMb),
            actionsMb: plant.memory.actionsMb,
          },
          pressure: { cpu: since('stall'), memory: since('memoryStall') },
          cpu: since('used') / host.cores,
          backlog: queue.length,
          work: { running: plant.running.length, reservedMb: reservedMb(plant) },
        });
        before = total;
        // A tick that is left out.
        if (readings === undefined) return { limit: orders.concurrency, stage: orders.stage };
        const step = stepControls(settings, state, readings);
        ({ state, orders } = step);
        return {
          limit: orders.concurrency,
          stage: orders.stage,
          shed: orders.shed,
          ceiling: step.figures.ceiling,
          transitions: step.transitions.length,
        };
      },
      next: (queue, plant) => {
        const room = orders.memoryCeilingMb - reservedMb(plant);
        if (queue.length === 0 || plant.running.length >= orders.concurrency) return -1;
        if (queue[0].reservedMb <= room) return 0;
        // The first that waits is passed over once it has waited for memory so long.
        shortSince = shortSince?.id === queue[0].id ? shortSince : { id: queue[0].id, at: plant.now };
        return plant.now - shortSince.at < patienceSeconds ? -1 : queue.findIndex((job) => job.reservedMb <= room);
      },
    };
  };
}
