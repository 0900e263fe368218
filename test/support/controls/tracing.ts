import type { ControlReadings } from '../../../src/domain/controls/readings.js';
import type { ControlSettings } from '../../../src/domain/controls/settings.js';
import type { ControlState, ControlStep } from '../../../src/domain/controls/step.js';
import { initialControls, stepControls } from '../../../src/domain/controls/step.js';

export type Change<T> = { readonly [Key in keyof T]?: Partial<T[Key]> | T[Key] };

/** The defaults, on a host where eight may run. */
export function someSettings(change: Change<ControlSettings> = {}): ControlSettings {
  const base: ControlSettings = {
    concurrencyMax: 8,
    tickSeconds: 0.5,
    governor: { enabled: true, proportionalGain: 0.2, integralGain: 0.05, targetBacklog: 0 },
    relief: { enabled: true, sampleSeconds: 30, cpuThreshold: 0.9, memoryThresholdMb: 28_000 },
    monitoring: { enabled: true, intervalSeconds: 30 },
    watchdog: { violationsThreshold: 3, pullsStop: false, cpuCounts: true },
  };
  return merged(base, change);
}

/** Four cores, 16 GB half of which is free, nothing to do. */
export function calm(change: Change<ControlReadings> = {}): ControlReadings {
  const base: ControlReadings = {
    at: 0,
    cores: 4,
    memory: { totalMb: 16_000, availableMb: 8_000, actionsMb: 0 },
    pressure: { cpu: 0, memory: 0 },
    cpu: 0.1,
    backlog: 0,
    work: { running: 0, reservedMb: 0 },
    disk: 0.4,
  };
  return merged(base, change);
}

function merged<T extends object>(base: T, change: Change<T>): T {
  const entries = Object.entries(change).map(([key, value]) => {
    const before: unknown = base[key as keyof T];
    const isObject = typeof value === 'object' && value !== null && typeof before === 'object' && before !== null;
    return [key, isObject ? { ...before, ...value } : value];
  });
  return { ...base, ...Object.fromEntries(entries) } as T;
}

/** Steps through a trace; readings whose `at` is 0 come a tick after the one before. */
export function run(settings: ControlSettings, trace: readonly ControlReadings[], from?: ControlState): readonly ControlStep[] {
  let state = from ?? initialControls(settings, 4);
  let at = state.at ?? 1_000;
  return trace.map((readings) => {
    at = readings.at === 0 ? at + settings.tickSeconds * 1_000 : readings.at;
    const step = stepControls(settings, state, { ...readings, at });
    state = step.state;
    return step;
  });
}

export const repeat = (times: number, change: Change<ControlReadings> = {}): readonly ControlReadings[] =>
  Array.from({ length: times }, () => calm(change));

export const limits = (steps: readonly ControlStep[]) => steps.map(({ orders }) => orders.concurrency);

export const stagesOf = (steps: readonly ControlStep[]) =>
  steps.map(({ orders }) => orders.stage).filter((stage, index, all) => stage !== all[index - 1]);
