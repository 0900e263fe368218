import type { AnomalyState } from './anomalies.js';
import { stepAnomalies } from './anomalies.js';
import type { GovernorTerms } from './governor.js';
import type { LimitState } from './limit.js';
import { initialLimit, stepLimit } from './limit.js';
import { memoryCeiling } from './memory-ledger.js';
import type { NetworkState } from './network.js';
import { online, stepNetwork } from './network.js';
import type { ControlOrders, Holds } from './orders.js';
import type { Pressure, PressureState } from './pressure.js';
import { soundMemory, stepPressure } from './pressure.js';
import type { ControlReadings } from './readings.js';
import { isKnown, known } from './readings.js';
import type { ReliefState } from './relief.js';
import { sealed, stepRelief } from './relief.js';
import type { ControlSettings } from './settings.js';
import type { ControlTransition } from './transitions.js';
import { transitionsOf } from './transitions.js';
import type { WatchdogState } from './watchdog.js';
import { stepWatchdog, unwatched } from './watchdog.js';

/**
 * All that one tick hands on to the next. Small, plain JSON; ages instead of times, so that another clock may go on with it. Whoever goes on with
 * one has to trust where it comes from: a forged one closes the relief valve.
 */
export interface ControlState {
  readonly at?: number | undefined;
  readonly cores: number;
  readonly pressure: PressureState;
  readonly limit: LimitState;
  readonly relief: ReliefState;
  readonly memoryCeilingMb: number;
  readonly anomalies: AnomalyState;
  readonly watchdog: WatchdogState;
  readonly network: NetworkState;
}

/** How the orders came about: what `ubos controls` shows. */
export interface ControlFigures {
  readonly pressure: Pressure;
  readonly terms: GovernorTerms;
  readonly ceiling: number;
  /** Readings that are missing: while there are any, nothing is raised. */
  readonly missing: readonly string[];
}

export interface ControlStep {
  readonly state: ControlState;
  readonly orders: ControlOrders;
  readonly transitions: readonly ControlTransition[];
  readonly figures: ControlFigures;
}

/** Where a host begins. */
export function initialControls(settings: ControlSettings, cores: number): ControlState {
  const some = Math.max(1, known(cores) ?? 1);
  return {
    cores: some,
    pressure: {},
    limit: initialLimit(settings, some),
    relief: sealed,
    memoryCeilingMb: 0,
    anomalies: {},
    watchdog: unwatched,
    network: online,
  };
}

/** After a reboot, or on another host, the clock is another one: then one tick has passed. */
function secondsSince({ tickSeconds }: ControlSettings, before: number | undefined, at: number): number {
  return before === undefined || !isKnown(at) || at <= before ? tickSeconds : (at - before) / 1_000;
}

function missingAmong({ governor }: ControlSettings, { cores, memory, pressure, cpu, backlog }: ControlReadings): readonly string[] {
  const isThere = {
    cores: isKnown(cores),
    memory: soundMemory(memory) !== undefined,
    'CPU pressure': isKnown(pressure?.cpu),
    'memory pressure': isKnown(pressure?.memory) || pressure?.fallback === true,
    CPU: isKnown(cpu),
    backlog: isKnown(backlog) || !governor.enabled,
  };
  return Object.entries(isThere).flatMap(([name, is]) => (is ? [] : [name]));
}

const offline = 'offline: actions met neither resolver nor route; looked at again while one waits';

function holdsOf({ stop, orders }: ControlReadings, { stage }: ReliefState, isOffline: boolean): Holds {
  const starts = stop === undefined ? orders?.hold : 'an emergency stop stands';
  const valve = stage === 'SEALED' ? undefined : `the relief valve is at ${stage}`;
  return { starts, network: valve ?? (isOffline ? offline : undefined) };
}

/**
 * One tick of all controls (spec G1): a pure function, so that a recorded trace of readings gives the same decisions again. Where readings are
 * missing it holds what it has, and raises nothing.
 */
export function stepControls(settings: ControlSettings, before: ControlState, readings: ControlReadings): ControlStep {
  const seconds = secondsSince(settings, before.at, readings.at);
  const cores = Math.max(1, known(readings.cores) ?? before.cores);
  const memory = soundMemory(readings.memory);
  const missing = missingAmong(settings, readings);
  const pressed = stepPressure(settings.relief, before.pressure, readings, { seconds, ticks: seconds / settings.tickSeconds });
  const { pressure } = pressed;

  const valve = stepRelief(settings.relief, before.relief, {
    ...{ pressure, seconds, running: readings.work.running },
    actionsShare: memory && isKnown(memory.actionsMb) ? memory.actionsMb / memory.totalMb : undefined,
    mayClose: missing.every((name) => name === 'backlog'),
    released: known(readings.orders?.released),
  });
  const limit = stepLimit(settings, before.limit, {
    ...{ readings, pressure, cores, seconds, mayRise: missing.length === 0 },
    relief: { before: before.relief, after: valve.state },
  });
  const anomalies = stepAnomalies(settings.monitoring, before.anomalies, {
    shares: { memory: pressure.memory, cpu: readings.cpu, disk: readings.disk },
    seconds,
  });
  const watchdog = stepWatchdog(settings.watchdog, before.watchdog, { own: readings.own, cores, seconds });
  const network = stepNetwork(before.network, readings.network, seconds);

  const state: ControlState = {
    at: known(readings.at) ?? before.at,
    cores,
    pressure: pressed.state,
    limit: limit.state,
    relief: valve.state,
    memoryCeilingMb: memory ? memoryCeiling(memory, pressure) : before.memoryCeilingMb,
    anomalies: anomalies.state,
    watchdog: watchdog.state,
    network: network.state,
  };
  const { stage } = valve.state;
  const holds = holdsOf(readings, valve.state, network.state.offline);
  const orders: ControlOrders = {
    concurrency: limit.state.governor.limit,
    memoryCeilingMb: state.memoryCeilingMb,
    stage,
    shed: valve.shed,
    thinkingSuspended: stage === 'CRITICAL',
    offline: network.state.offline,
    lookAgain: network.lookAgain && stage === 'SEALED' && holds.starts === undefined,
    holds,
    pullStop: watchdog.pullStop,
  };
  return {
    state,
    orders,
    transitions: transitionsOf({ before, after: state, orders, pressure, anomalies: anomalies.news, violations: watchdog.violations }),
    figures: { pressure, terms: limit.terms, ceiling: limit.state.ceiling.value, missing },
  };
}
