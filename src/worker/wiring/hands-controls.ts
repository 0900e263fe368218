import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Driver } from '../../activities/hands/controls/driver.js';
import { createDriver } from '../../activities/hands/controls/driver.js';
import { createHostPlaces } from '../../activities/hands/controls/host-places.js';
import type { Gate } from '../../activities/hands/gate.js';
import { createGate } from '../../activities/hands/gate.js';
import { openDriverLock } from '../../adapters/controls/driver-lock.js';
import { readGuard } from '../../adapters/controls/guard-page.js';
import { openJournal } from '../../adapters/controls/journal.js';
import type { KeptOrders } from '../../adapters/controls/kept-orders.js';
import { createOrderKeeper } from '../../adapters/controls/kept-orders.js';
import { openSlots } from '../../adapters/controls/slots.js';
import { hostMilliseconds, openStatePage, statePageIn } from '../../adapters/controls/state-page.js';
import { pullStop, stopFilesOf } from '../../adapters/controls/stop-mark.js';
import { createStopView } from '../../adapters/controls/stop-reason.js';
import type { EgressClient } from '../../adapters/egress/egress-client.js';
import { createEgressClient } from '../../adapters/egress/egress-client.js';
import type { FollowedFigures } from '../../adapters/egress/follow-figures.js';
import { followFigures } from '../../adapters/egress/follow-figures.js';
import type { Escapement } from '../../adapters/host/escapement.js';
import { createEscapement } from '../../adapters/host/escapement.js';
import { readVitals } from '../../adapters/host/vital-signs.js';
import { createHostReadings } from '../../adapters/host/readings/host-readings.js';
import { createVoucherVerifier, permitKeyFiles } from '../../adapters/permit/create-permits.js';
import { measureOwnUse } from '../../adapters/sandbox/usage/own-use.js';
import { actionsMemoryMb } from '../../adapters/sandbox/usage/running-memory.js';
import type { JanusConfig } from '../../config/config.js';
import { charterLimits } from '../../domain/action/limits.js';
import type { ControlReadings, OwnUse, StandingOrders } from '../../domain/controls/readings.js';
import type { ControlSettings } from '../../domain/controls/settings.js';
import { isCpuHeld } from '../../domain/controls/watchdog.js';
import { isAutonomous } from '../../domain/modes/mode.js';
import { createOwnCpuQuota, ownMemoryCgroup } from './own-cgroups.js';

/** Where the controls of a host lie, below the state. */
export const controlFiles = (folder: string) => ({
  slots: join(folder, 'slots'),
  driver: join(folder, 'driver'),
  page: statePageIn(folder),
  journal: join(folder, 'journal'),
});

/** Violations pull the stop in beta and omega. */
const settingsOf = (
  { harness, controls, operationalMode }: JanusConfig,
  { mode }: KeptOrders,
  cpuQuota: number | undefined,
): ControlSettings => ({
  concurrencyMax: harness.concurrencyMax,
  tickSeconds: harness.tickIntervalSeconds,
  governor: controls.governor,
  relief: controls.relief,
  monitoring: controls.monitoring,
  watchdog: {
    violationsThreshold: controls.killSwitch.violationsThreshold,
    pullsStop: isAutonomous(operationalMode, mode),
    cpuCounts: isCpuHeld(cpuQuota, availableParallelism()),
  },
});

/** All processes of this vessel on this host, as they say themselves: workers of every role, guard, egress. What each started is below it. */
function ownPids({ paths }: JanusConfig, egress: number | undefined): readonly number[] {
  const workers = readVitals(paths.state).flatMap(({ pid, isThere }) => (isThere ? [pid] : []));
  const guard = readGuard(paths.controls, Date.now());
  return [
    process.pid,
    ...workers,
    ...(guard === undefined || guard.state === 'gone' ? [] : [guard.pid]),
    ...(egress === undefined ? [] : [egress]),
  ];
}

/** What Janus itself uses, looked at every so often: it costs milliseconds. */
function createOwnMeter(config: JanusConfig, met: FollowedFigures, monotonic: () => number) {
  const { enabled, intervalSeconds } = config.controls.monitoring;
  let last: { readonly at: number; readonly use: OwnUse | undefined } | undefined;
  return (): OwnUse | undefined => {
    if (!enabled) return undefined;
    const at = monotonic();
    if (last === undefined || at - last.at >= intervalSeconds * 1_000) last = { at, use: measureOwnUse(ownPids(config, met.pid)) };
    return last.use && { ...last.use, networkBytes: met.last?.bytes };
  };
}

const asStanding = ({ limit, hold, released, problem }: KeptOrders): StandingOrders => ({
  released,
  ...(limit !== undefined && { limit }),
  ...(hold && { hold: problem ?? 'people hold every start back (ubos controls release)' }),
});

/** What people ordered, and what the vessel has earned, as the brain signed it. */
function readOrders({ paths, vesselId: vessel, host }: JanusConfig): () => KeptOrders {
  const verifier = createVoucherVerifier(permitKeyFiles(paths.keys));
  const isOwn = (text: string, signature: string) => verifier.isOwn(text, signature);
  const keeper = createOrderKeeper({ folder: paths.controls, vessel, host, isOwn });
  return () => keeper.read();
}

/** For those who wait in turn: a name of which no resolver knows anything says little of the others. */
function createLook(egress: Pick<EgressClient, 'look'>, gate: Pick<Gate, 'waitingForNetwork'>): () => void {
  let looks = 0;
  return () => {
    const waiting = gate.waitingForNetwork;
    const domains = waiting[looks % Math.max(1, waiting.length)];
    looks += 1;
    if (domains !== undefined) void egress.look(domains);
  };
}

export interface HandsControls {
  readonly gate: Gate;
  readonly driver: Driver;
  readonly escapement: Escapement;
  /** How many tasks this worker may hold: one more than may run waits at the gate, where it is seen at once. */
  readonly tasksMax: () => number;
  close(): void;
}

export interface ControlsContext {
  readonly log: Logger;
  /** How many wait at the server. */
  readonly backlog: () => number;
  /** At every tick, last of all. */
  readonly onTick: (lastTickAt: string) => void;
}

/** The controls of this host in this worker: they tick from its start, whether there is a server or not (spec G1). */
export function wireControls(config: JanusConfig, { log, backlog, onTick }: ControlsContext): HandsControls {
  const { paths, controls } = config;
  const files = controlFiles(paths.controls);
  const [slots, page, lock] = [openSlots(files.slots, charterLimits.memoryMb), openStatePage(files.page), openDriverLock(files.driver)];
  const egress = createEgressClient(paths.egressControl);
  const stop = createStopView(paths);
  const met = followFigures(paths.egressControl);
  const ownUse = createOwnMeter(config, met, hostMilliseconds);
  const orders = readOrders(config);
  let ordered = orders();
  const cpuQuota = createOwnCpuQuota(controls.monitoring.intervalSeconds * 1_000, hostMilliseconds);
  let troubled: string | undefined;
  const trouble = (why: string | undefined) => {
    if (why !== undefined && why !== troubled) log.error({ event_type: 'controls_trouble' }, why);
    troubled = why;
  };
  const places = createHostPlaces(slots, () => driver.orders(), trouble);
  const gate = createGate(places);
  const others = (): Omit<ControlReadings, 'at' | 'work'> & { readonly actionsMb: number } => ({
    actionsMb: actionsMemoryMb(),
    backlog: gate.waiting + backlog(),
    own: ownUse(),
    network: met.last && { ...met.last, waiting: gate.waitingForNetwork.length },
    orders: asStanding(ordered),
    stop: stop.standing(),
  });
  const driver = createDriver({
    // First of all at each tick.
    settings: () => settingsOf(config, (ordered = orders()), cpuQuota()),
    ...{ lock, page, others, trouble },
    journal: openJournal(files.journal, 'tick'),
    monotonic: hostMilliseconds,
    now: () => new Date(),
    readHost: createHostReadings({
      diskPath: paths.state,
      countsEverySeconds: controls.monitoring.intervalSeconds,
      memoryCgroup: ownMemoryCgroup(),
    }),
    countPlaces: () => slots.count(),
    youngest: () => slots.youngest(),
    waiting: () => gate.waiting,
    shed: (serial) => places.shed(serial),
    closeEgress: () => void egress.closeAll(),
    look: createLook(egress, gate),
    pullStop: (reason) => void pullStop(stopFilesOf(paths), { by: 'watchdog', reason }).catch((error: unknown) => trouble(String(error))),
    wake: () => gate.wake(),
  });
  const escapement = createEscapement({
    intervalMilliseconds: config.harness.tickIntervalSeconds * 1_000,
    isStopped: () => stop.standing() !== undefined,
    onTick: (beat) => {
      driver.tick(beat);
      onTick(beat.lastTickAt);
    },
  });
  escapement.attach();
  driver.tick(escapement.state);
  return {
    gate,
    driver,
    escapement,
    tasksMax: () => driver.orders().concurrency + 1,
    close: () => {
      escapement.close();
      for (const each of [met, lock, page, slots, stop]) each.close();
    },
  };
}
