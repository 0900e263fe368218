import { randomOf } from './random.mjs';

/** What spoils the readings, each made anew for a run. `undefined` instead of readings is a tick that does not come. */

const gauss = (random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const clamp = (value) => Math.min(1, Math.max(0, value));

export const disturbances = {
  none: () => (readings) => readings,

  /** Every figure is a little wrong. */
  noise: (seed) => {
    const random = randomOf(seed);
    const near = (value, deviation) => clamp(value + deviation * gauss(random));
    return (readings) => ({
      ...readings,
      memory: {
        ...readings.memory,
        availableMb: readings.memory.totalMb * near(readings.memory.availableMb / readings.memory.totalMb, 0.005),
        actionsMb: Math.max(0, readings.memory.actionsMb * (1 + 0.02 * gauss(random))),
      },
      pressure: { cpu: near(readings.pressure.cpu, 0.08), memory: near(readings.pressure.memory, 0.01) },
      cpu: near(readings.cpu, 0.05),
    });
  },

  /** One reading in ten is missing. */
  gaps: (seed) => {
    const random = randomOf(seed);
    const kept = (value) => (random() < 0.1 ? Number.NaN : value);
    return (readings) => ({
      ...readings,
      memory: { ...readings.memory, availableMb: kept(readings.memory.availableMb) },
      pressure: { cpu: kept(readings.pressure.cpu), memory: kept(readings.pressure.memory) },
      cpu: kept(readings.cpu),
      backlog: kept(readings.backlog),
    });
  },

  /** One tick in five does not come, and sometimes none for three seconds. */
  late: (seed) => {
    const random = randomOf(seed);
    let left = 0;
    return (readings) => {
      if (left > 0) left -= 1;
      else if (random() < 0.02) left = 6;
      return left > 0 || random() < 0.2 ? undefined : readings;
    };
  },

  /** The server's count of what waits is five seconds old. */
  stale: () => {
    let seen = { at: -Infinity, backlog: 0 };
    return (readings) => {
      if (readings.at - seen.at >= 5_000) seen = readings;
      return { ...readings, backlog: seen.backlog };
    };
  },
};
