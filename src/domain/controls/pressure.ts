import type { ControlReadings, MemoryReading } from './readings.js';
import { isKnown, known } from './readings.js';
import type { ReliefSettings } from './settings.js';

/** What the next tick has to know of this one. */
export interface PressureState {
  /** Smoothed. */
  readonly cpuStall?: number | undefined;
  readonly cpuUse?: number | undefined;
  readonly foreignMb?: number | undefined;
  readonly usedMb?: number | undefined;
}

/**
 * How hard the host is pressed. Stall and not load: utilisation cannot tell full from oversubscribed, and load1 sees twice as many runnable
 * tasks as cores after 36 s. What is undefined was never read, or could not be.
 */
export interface Pressure {
  /** Share of the time in which somebody waited for a processor, smoothed. Two busy tasks on two cores: 0.01; three: 0.5. */
  readonly cpuStall: number | undefined;
  /** As it is at this tick, where that is more: one look is enough to grow no further. */
  readonly cpuStallNow: number | undefined;
  /** Share of the processor time that was used: rises at once, and falls slowly. */
  readonly cpuUse: number | undefined;
  readonly memoryStall: number | undefined;
  /** Share of the memory that is used, of the host or of the limit that Janus lives under, whichever is worse. */
  readonly memory: number | undefined;
  /** Where it will be in a second, if what is not ours goes on growing as it did. */
  readonly memorySoon: number | undefined;
  /** Where it will be at the next tick, if all goes on growing as it did, the actions up to what they reserved. */
  readonly memoryNext: number | undefined;
  /** Memory of the host that neither is free nor belongs to the actions. */
  readonly foreignMb: number | undefined;
  /** What it grows by within a second. */
  readonly foreignGrowthMb: number;
  /** The one bound on memory: relief valve, ledger and the way back are measured by it. */
  readonly bound: number;
}

/** A tenth of the host's memory stays free in any case. */
const memoryBoundMax = 0.9;
const smoothing = 0.4;
/** Growth of foreign memory is extrapolated so far: by then the controls have ticked, and acted. */
const horizonSeconds = 1;

/** Whatever the time between two ticks, the past fades as fast. */
function smoothed(before: number | undefined, value: number | undefined, ticks: number): number | undefined {
  if (value === undefined || before === undefined) return value ?? before;
  return before + (value - before) * (1 - (1 - smoothing) ** ticks);
}

const fraction = (value: number | undefined) => (isKnown(value) ? Math.min(1, value) : undefined);

/** A reading of memory that makes no sense is none. */
export function soundMemory(memory: MemoryReading | undefined): MemoryReading | undefined {
  if (memory === undefined || !isKnown(memory.totalMb) || !isKnown(memory.availableMb)) return undefined;
  return memory.totalMb > 0 && memory.availableMb <= memory.totalMb ? memory : undefined;
}

function usedFraction({ totalMb, availableMb, cgroup }: MemoryReading): number {
  const ofHost = 1 - availableMb / totalMb;
  const ofLimit = cgroup !== undefined && isKnown(cgroup.anonymousMb) && cgroup.limitMb > 0 ? cgroup.anonymousMb / cgroup.limitMb : 0;
  return Math.max(ofHost, ofLimit);
}

export const memoryBound = ({ memoryThresholdMb }: ReliefSettings, totalMb: number) =>
  Math.min(memoryBoundMax, memoryThresholdMb / totalMb);

/** `seconds` since the last tick, and how many ticks of the usual length that is. */
export function stepPressure(
  settings: ReliefSettings,
  state: PressureState,
  readings: ControlReadings,
  { seconds, ticks }: { readonly seconds: number; readonly ticks: number },
): { readonly state: PressureState; readonly pressure: Pressure } {
  const memory = soundMemory(readings.memory);
  const usedMb = memory && memory.totalMb - memory.availableMb;
  const foreignMb = usedMb === undefined ? undefined : Math.max(0, usedMb - (known(memory?.actionsMb) ?? 0));
  const perSecond = (now: number | undefined, before: number | undefined) =>
    now === undefined || before === undefined ? 0 : Math.max(0, now - before) / seconds;
  const growth = perSecond(foreignMb, state.foreignMb);
  const tickSeconds = seconds / ticks;
  const next = Math.min(
    (usedMb ?? 0) + perSecond(usedMb, state.usedMb) * tickSeconds,
    (foreignMb ?? 0) + growth * tickSeconds + Math.max(readings.work.reservedMb, (usedMb ?? 0) - (foreignMb ?? 0)),
  );
  const used = memory && usedFraction(memory);
  const [stall, use] = [fraction(readings.pressure?.cpu), fraction(readings.cpu)];
  const after: PressureState = {
    cpuStall: smoothed(state.cpuStall, stall, ticks),
    cpuUse: smoothed(state.cpuUse, use, ticks),
    foreignMb: foreignMb ?? state.foreignMb,
    usedMb: usedMb ?? state.usedMb,
  };
  return {
    state: after,
    pressure: {
      // What could not be read now says nothing now, though what it was before is kept.
      cpuStall: stall === undefined ? undefined : after.cpuStall,
      cpuStallNow: stall === undefined ? undefined : Math.max(stall, after.cpuStall ?? 0),
      cpuUse: use === undefined ? undefined : Math.max(use, after.cpuUse ?? 0),
      memoryStall: fraction(readings.pressure?.memory),
      memory: used,
      memorySoon: memory && used !== undefined ? used + (growth * horizonSeconds) / memory.totalMb : undefined,
      memoryNext: memory && next / memory.totalMb,
      foreignMb,
      foreignGrowthMb: growth * horizonSeconds,
      bound: memory ? memoryBound(settings, memory.totalMb) : memoryBoundMax,
    },
  };
}
