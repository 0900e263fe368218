import type { Pressure } from './pressure.js';

/** How many actions the host can bear, found out by trying; real-valued. */
export interface CeilingState {
  readonly value: number;
  /** Where it was cut last: above this it grows in small steps. Undefined: it may grow by half. */
  readonly cutAt?: number | undefined;
  /** Ticks until what a cut did can be seen. */
  readonly holdTicks: number;
  /** Others keep the cores busy, so that even as many actions as cores are too many. */
  readonly sharesCores: boolean;
}

export interface CeilingInput {
  readonly pressure: Pressure;
  readonly cpuThreshold: number;
  readonly cores: number;
  readonly running: number;
  readonly backlog: number | undefined;
  readonly concurrencyMax: number;
  readonly seconds: number;
  /** Nothing is missing among the readings, so that it may grow. */
  readonly mayRise: boolean;
  /** The relief valve leaves no more than one action for each core. */
  readonly isVenting: boolean;
}

/** Stalls at which the host is pressed fully. Any target of 0.3 to 0.9 for the CPU finishes the same work in the same time (simulated overload). */
export const cpuStallMax = 0.6;
const memoryStallMax = 0.1;
/** Just below the bound, so that the ceiling acts before the relief valve has to. */
const memoryShare = 0.89 / 0.9;

const calm = 0.7;
const veryCalm = 0.3;
const cutAtMost = 0.7;
const holdTicksAfterCut = 4;
const busy = 0.8;
const smallStep = 0.25;
const restSeconds = 30;

/** By what each resource presses, as a share of what it may: above 1 the ceiling comes down, below 0.7 it may grow. */
export function ratiosOf({ cpuStall = 0, memorySoon = 0, memoryStall = 0, bound }: Pressure) {
  return { cpu: cpuStall / cpuStallMax, memory: Math.max(memorySoon / (bound * memoryShare), memoryStall / memoryStallMax) };
}

export const restingCeiling = (cores: number): CeilingState => ({ value: cores, holdTicks: 0, sharesCores: false });

/**
 * Memory may bring it down to 1. The CPU does not bring it below the number of cores: it is compressible, and foreign work is protected by weights;
 * unless that many did not cure a stall, because others keep the cores busy.
 */
function cut(
  state: CeilingState,
  { running, cores }: CeilingInput,
  ratios: { readonly cpu: number; readonly memory: number },
): CeilingState {
  const floor = ratios.memory > 1 || state.sharesCores ? 1 : cores;
  const share = Math.max(cutAtMost, 1 / Math.max(ratios.cpu, ratios.memory));
  // A ceiling that lies below its floor stays there: a cut never raises.
  const value = Math.min(state.value, Math.max(floor, Math.min(state.value, running) * share));
  return { ...state, value, cutAt: value, holdTicks: holdTicksAfterCut };
}

/** It grows only where it is what holds work back, and where more than one action for each core could still find a free core. */
function mayGrow(state: CeilingState, { running, backlog = 0, cores, pressure, cpuThreshold, mayRise }: CeilingInput): boolean {
  const ratios = ratiosOf({ ...pressure, cpuStall: pressure.cpuStallNow });
  const isCalm = Math.max(ratios.cpu, ratios.memory) < calm;
  const coreIsFree = state.value < cores || (pressure.cpuUse ?? 1) < cpuThreshold;
  // Whole actions run: a ceiling of 3.9 is used up by three.
  return mayRise && isCalm && coreIsFree && backlog > 0 && running >= busy * Math.floor(state.value);
}

/** Twice as much at each tick, as long as nothing is known; once it had to be cut, in small steps from there on, or what it was cut for comes back. */
function grown({ value, cutAt }: CeilingState, ratio: number): number {
  if (cutAt === undefined) return 2 * value;
  return value + (value < cutAt || ratio < veryCalm ? 1 : smallStep);
}

/** Towards the number of cores, where it rests. */
const drift = (value: number, { cores, seconds }: CeilingInput) => (cores - value) * Math.min(1, seconds / restSeconds);

function moved(state: CeilingState, input: CeilingInput): CeilingState {
  const { pressure, cores, mayRise, backlog, concurrencyMax } = input;
  const ratios = ratiosOf(pressure);
  const ratio = Math.max(ratios.cpu, ratios.memory);
  // A cut is given time to be seen, as what runs is not ended by it.
  if (state.holdTicks > 0) return { ...state, holdTicks: state.holdTicks - 1 };
  if (ratio > 1) return cut(state, input, ratios);
  if (mayGrow(state, input)) {
    return { ...state, value: Math.min(Math.max(cores, concurrencyMax), grown(state, ratio)) };
  }
  // Idle, it goes back to rest. Held down by what memory others use for good, it returns as slowly, or it would stay down for ever.
  const returns = backlog === 0 || (state.value < cores && ratios.cpu < calm);
  const towardsRest = returns ? drift(state.value, input) : 0;
  const isAtRest = backlog === 0 && Math.abs(state.value - cores) < 1;
  return {
    ...state,
    ...(isAtRest && { cutAt: undefined }),
    value: Math.max(1, state.value + (mayRise ? towardsRest : Math.min(0, towardsRest))),
  };
}

export function stepCeiling(before: CeilingState, input: CeilingInput): CeilingState {
  const { pressure, cores, cpuThreshold, isVenting } = input;
  const sharesCores = before.sharesCores && (pressure.cpuUse ?? 1) >= cpuThreshold;
  const after = moved({ ...before, sharesCores }, input);
  return isVenting && after.value > cores ? { ...after, value: cores } : after;
}
