import { cpuStallMax, ratiosOf } from './ceiling.js';
import type { Stage } from './orders.js';
import type { Pressure } from './pressure.js';
import type { ReliefSettings } from './settings.js';

export type ReliefCause = 'cpu' | 'memory';

export interface ReliefState {
  readonly stage: Stage;
  readonly cause?: ReliefCause | undefined;
  /** Consecutive ticks above the bound; one alone may be a slip of the reading. */
  readonly hotTicks: number;
  readonly warmTicks: number;
  readonly calmTicks: number;
  /** How long the stall has lasted since the valve opened, and how long there has been none. */
  readonly stallSeconds: number;
  readonly quietSeconds: number;
  readonly emergencySeconds: number;
  /** Ages of the last times that it had to shed. */
  readonly shedSeconds: readonly number[];
  /** How often people have released it, as it was seen last. */
  readonly released?: number | undefined;
}

export interface ReliefInput {
  readonly pressure: Pressure;
  readonly seconds: number;
  readonly running: number;
  /** What the actions hold, as a share of the host's memory; undefined where nobody can say. */
  readonly actionsShare: number | undefined;
  /** Nothing is missing among the readings, so that it may close. */
  readonly mayClose: boolean;
  readonly released: number | undefined;
}

export const sealed: ReliefState = {
  stage: 'SEALED',
  hotTicks: 0,
  warmTicks: 0,
  calmTicks: 0,
  stallSeconds: 0,
  quietSeconds: 0,
  emergencySeconds: 0,
  shedSeconds: [],
};

/** Consecutive ticks; a late tick is one look, however late it comes. */
const ticks = { hot: 2, warm: 2, closeVenting: 4, closeEmergency: 10 };
/** The ceiling comes first: a stall that Janus's own work makes is over when it has cut once or twice. */
const graceSeconds = 4;
const criticalAfterSeconds = 300;
const sheds = { max: 3, withinSeconds: 600, sameWithinSeconds: 10 };
/** Memory has to fall so far below the bound before the valve closes: 80 % where the bound is 90 %. */
const wayBack = 0.8 / 0.9;
const memoryStall = { hot: 0.3, calm: 0.05 };
const cpuCalm = 0.7 * cpuStallMax;
/** No host fills a quarter of its memory in one tick. */
const leap = 0.25;
/** To kill what holds less than this share of the memory would help nobody. */
const worthShedding = 0.01;

/** What the readings say, before any memory of what was. Undefined readings say nothing: they neither open nor close. */
function look(settings: ReliefSettings, { pressure }: ReliefInput) {
  const { cpuStall = 0, cpuUse = 0, memory = 0, memoryNext = memory, memorySoon, memoryStall: stall = 0, bound } = pressure;
  const isAboveWayBack = memorySoon !== undefined && memorySoon > bound * wayBack;
  return {
    // Full use without stall is no overload: two honest jobs on two cores stall nobody.
    isStalled: cpuStall > cpuStallMax && cpuUse > settings.cpuThreshold,
    // A stall for memory counts where the host is short of it. Where it is not, one action that presses against a limit of its own makes it.
    isHot: memorySoon !== undefined && (memorySoon > bound || (stall > memoryStall.hot && isAboveWayBack)),
    // Too late for a second look: half of what the bound leaves is gone, or will be at the next tick. A leap is rather a slip, and gets one.
    isAtTheWall: memoryNext > (1 + bound) / 2 && memoryNext - memory < leap,
    isWarm: ratiosOf(pressure).memory > 1,
    cpuIsCalm: cpuStall < cpuCalm,
    memoryIsCalm: memorySoon !== undefined && !isAboveWayBack && stall < memoryStall.calm,
  };
}

type Look = ReturnType<typeof look>;

/** Without a reading of the memory nothing is counted, and nothing forgotten. */
const consecutive = (before: number, holds: boolean, { memorySoon }: Pressure) =>
  holds ? before + 1 : memorySoon === undefined ? before : 0;

function counted(settings: ReliefSettings, before: ReliefState, input: ReliefInput, now: Look): ReliefState {
  const { seconds, pressure, mayClose } = input;
  const isOpen = before.stage !== 'SEALED';
  const quietSeconds = now.isStalled ? 0 : before.quietSeconds + (mayClose ? seconds : 0);
  // Between calm and stall it waits as long as a stall may last: otherwise a load just below the mark would keep it open for ever.
  const cpuIsCalm = now.cpuIsCalm || quietSeconds >= settings.sampleSeconds;
  const memoryIsCalm = before.stage === 'VENTING' ? !now.isWarm : now.memoryIsCalm;
  const isCalm = cpuIsCalm && memoryIsCalm;
  return {
    ...before,
    hotTicks: now.isAtTheWall ? ticks.hot : consecutive(before.hotTicks, now.isHot, pressure),
    warmTicks: consecutive(before.warmTicks, now.isWarm, pressure),
    // A tick without all readings neither counts as calm nor breaks the calm.
    calmTicks: !isOpen ? 0 : mayClose ? (isCalm ? before.calmTicks + 1 : 0) : before.calmTicks,
    quietSeconds,
    stallSeconds: now.isStalled ? before.stallSeconds + seconds : isOpen ? before.stallSeconds : 0,
    emergencySeconds: before.stage === 'EMERGENCY' ? before.emergencySeconds + seconds : 0,
    shedSeconds: before.shedSeconds.map((age) => age + seconds).filter((age) => age < sheds.withinSeconds),
  };
}

/** The stage that follows, and what leads there; undefined where it stays. Worse always goes before better. */
function following(
  settings: ReliefSettings,
  state: ReliefState,
  now: Look,
): { readonly stage: Stage; readonly cause?: ReliefCause } | undefined {
  const isHot = state.hotTicks >= ticks.hot;
  switch (state.stage) {
    case 'SEALED':
      if (isHot) return { stage: 'EMERGENCY', cause: 'memory' };
      if (state.warmTicks >= ticks.warm) return { stage: 'VENTING', cause: 'memory' };
      return state.stallSeconds >= Math.min(graceSeconds, settings.sampleSeconds) ? { stage: 'VENTING', cause: 'cpu' } : undefined;
    case 'VENTING':
      if (isHot) return { stage: 'EMERGENCY', cause: 'memory' };
      if (now.isStalled && state.stallSeconds >= settings.sampleSeconds) return { stage: 'EMERGENCY', cause: 'cpu' };
      return state.calmTicks >= ticks.closeVenting ? { stage: 'SEALED' } : undefined;
    case 'EMERGENCY':
      if (state.emergencySeconds >= criticalAfterSeconds || state.shedSeconds.length >= sheds.max) return { stage: 'CRITICAL' };
      return state.calmTicks >= ticks.closeEmergency ? { stage: 'SEALED' } : undefined;
    case 'CRITICAL':
      return undefined;
  }
}

/**
 * People released it: back to EMERGENCY, from where the usual way leads on. It opens nothing that pressure keeps shut. A count that fell, because it
 * could not be read or was lost, is no release when it rises again: it has to pass where it was.
 */
function release(state: ReliefState, count: number | undefined): ReliefState {
  const seen = state.released ?? count ?? 0;
  const released = Math.max(seen, count ?? 0);
  if (state.stage !== 'CRITICAL' || released <= seen) return { ...state, released };
  return { ...sealed, stage: 'EMERGENCY', cause: state.cause, released };
}

function moved(state: ReliefState, to: ReturnType<typeof following>): ReliefState {
  if (to === undefined) return state;
  const fresh = {
    stage: to.stage,
    calmTicks: 0,
    emergencySeconds: 0,
    ...(to.stage === 'SEALED' || to.stage === 'VENTING' ? { stallSeconds: 0 } : {}),
  };
  return { ...state, ...fresh, cause: to.stage === 'SEALED' ? undefined : (to.cause ?? state.cause) };
}

/**
 * In an emergency what runs is ended too, the youngest first, while memory is above the bound or would be full at the next tick: as many as have to
 * go until then, by what an action holds in the mean, at least one and never more than half of them.
 */
function toShed({ stage, hotTicks }: ReliefState, { pressure, running, actionsShare }: ReliefInput, now: Look): number {
  const isEmergency = stage === 'EMERGENCY' || stage === 'CRITICAL';
  const { memory = 0, memoryNext = memory, bound } = pressure;
  if (!isEmergency || hotTicks < ticks.hot || running < 1) return 0;
  if (memory <= bound && !now.isAtTheWall) return 0;
  if (actionsShare === undefined) return 1;
  if (actionsShare < worthShedding) return 0;
  const needed = Math.round((memoryNext - bound) / (actionsShare / running));
  return Math.max(1, Math.min(needed, Math.ceil(running / 2)));
}

/** Those that follow each other closely are one time that it had to. */
function afterShed(state: ReliefState, shed: number): ReliefState {
  if (shed === 0) return state;
  const last = state.shedSeconds.at(-1);
  const isSame = last !== undefined && last < sheds.sameWithinSeconds;
  return { ...state, shedSeconds: [...(isSame ? state.shedSeconds.slice(0, -1) : state.shedSeconds), 0] };
}

/** The relief valve (spec G3). `enabled: false`: sealed, always. */
export function stepRelief(
  settings: ReliefSettings,
  before: ReliefState,
  input: ReliefInput,
): { readonly state: ReliefState; readonly shed: number } {
  if (!settings.enabled) return { state: { ...sealed, released: input.released ?? before.released }, shed: 0 };
  const now = look(settings, input);
  const state = counted(settings, release(before, input.released), input, now);
  const after = moved(state, following(settings, state, now));
  const shed = toShed(after, input, now);
  return { state: afterShed(after, shed), shed };
}
