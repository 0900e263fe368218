import { janus } from './controllers.mjs';
import { defaultSettings } from './settings.mjs';
import { simulate } from './simulate.mjs';

/** Ten quiet seconds, 120 jobs that wait more than they compute, large ones, and others who take half of the memory for a quarter of a minute. */
export const pictured = {
  host: { cores: 8, memoryMb: 32_000, baseMb: 2_000 },
  max: 32,
  kinds: {
    io: { cpuSeconds: 0.1, ioSeconds: 4, memoryMb: 100, reservedMb: 256 },
    mem: { cpuSeconds: 1, ioSeconds: 10, memoryMb: 3_500, reservedMb: 4_000 },
  },
  jobs: [
    { at: 10, count: 120, kind: 'io' },
    { at: 45, count: 18, kind: 'mem' },
  ],
  foreign: [{ kind: 'memory', at: 65, over: 2, until: 80, amount: 14_000 }],
  seconds: 150,
  idleUntil: 150,
};

/** One row for each half second of it, under the step of the controls. */
export const picturedRun = (step) => simulate(pictured, janus(step, defaultSettings(pictured.max)));
