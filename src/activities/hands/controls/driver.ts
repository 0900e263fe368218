import type { DriverLock } from '../../../adapters/controls/driver-lock.js';
import type { Journal } from '../../../adapters/controls/journal.js';
import type { SlotCount } from '../../../adapters/controls/slots.js';
import type { EscapementState } from '../../../adapters/host/escapement.js';
import type { HostReading } from '../../../adapters/host/readings/host-readings.js';
import type { ControlReadings } from '../../../domain/controls/readings.js';
import type { Past } from '../../../domain/controls/past.js';
import { addMoment, noPast } from '../../../domain/controls/past.js';
import type { HostOrders, PublishedControls } from '../../../domain/controls/published.js';
import { ordersNow } from '../../../domain/controls/published.js';
import type { ControlSettings } from '../../../domain/controls/settings.js';
import type { ControlState, ControlStep } from '../../../domain/controls/step.js';
import { initialControls, stepControls } from '../../../domain/controls/step.js';
import type { ControlTransition } from '../../../domain/controls/transitions.js';

/** What the driver of the controls reads, and what it can do. Nothing of it may wait: it is called at every tick. */
export interface DriverDependencies {
  /** Those that count now: the mode may have changed since the tick before. */
  readonly settings: () => ControlSettings;
  readonly lock: DriverLock;
  readonly page: { read(): PublishedControls | undefined; write(published: PublishedControls): void };
  readonly journal: Journal;
  /** Milliseconds of the host's clock that nobody sets: the same for all its workers. */
  readonly monotonic: () => number;
  readonly now: () => Date;
  readonly readHost: (at: number) => HostReading;
  readonly countPlaces: () => SlotCount;
  /** Names of all that run, the one that began last first; asked only where some are to be ended. */
  readonly youngest: () => readonly number[];
  readonly waiting: () => number;
  /** All that cannot be read from the host. */
  readonly others: () => Pick<ControlReadings, 'backlog' | 'own' | 'network' | 'orders' | 'stop'> & {
    readonly actionsMb: number | undefined;
  };
  readonly shed: (serial: number) => void;
  readonly closeEgress: () => void;
  /** Has somebody look whether there is a network, for an action that waits for it. */
  readonly look: () => void;
  readonly pullStop: (reason: string) => void;
  /** Whoever waits for an order asks again. */
  readonly wake: () => void;
  readonly trouble: (why: string) => void;
}

/** The controls of a host in one of its workers: it drives them, or follows the worker that does. */
export interface Driver {
  tick(beat: EscapementState): void;
  /** What counts at this moment. */
  orders(): HostOrders;
  /** For a worker that goes on after this one; undefined where this one does not drive. */
  readonly state: ControlState | undefined;
  /** What a worker before this one had come to: counts where nothing on this host says more. */
  resume(earlier: ControlState): void;
}

const isSevere = (stage: string) => stage === 'EMERGENCY' || stage === 'CRITICAL';

function readingsOf(host: HostReading, places: SlotCount, others: ReturnType<DriverDependencies['others']>): ControlReadings {
  const { at, cores, memory, cgroup, cpu, pressure, counts } = host;
  const { actionsMb, ...rest } = others;
  return {
    at,
    cores,
    ...(memory && { memory: { totalMb: memory.totalMb, availableMb: memory.availableMb, actionsMb, cgroup } }),
    pressure,
    cpu,
    disk: counts.disk,
    work: { running: places.running, reservedMb: places.reservedMb },
    ...rest,
  };
}

interface Driven {
  readonly state: ControlState;
  readonly past: Past;
  readonly shed: PublishedControls['shed'];
}

/** The state goes on from where the driver before it was; whoever was that has written the page. */
function takeOver({ settings, page }: DriverDependencies, earlier: ControlState | undefined, cores: number): Driven {
  const before = page.read();
  return {
    state: before?.state ?? earlier ?? initialControls(settings(), cores),
    past: before?.past ?? noPast,
    shed: before?.shed,
  };
}

/** What happened is kept for the trail; what runs loses the network where the valve has opened so far, and new ones are held at the gate. */
function obey(deps: DriverDependencies, { orders, transitions }: ControlStep, wasSevere: boolean): void {
  const keep = (transition: ControlTransition) =>
    deps.journal.append({ ...transition, data: { ...transition.data } }).catch((error: unknown) => {
      deps.trouble(`${transition.event} could not be kept: ${String(error)}`);
    });
  transitions.forEach((transition) => void keep(transition));
  if (isSevere(orders.stage) && !wasSevere) deps.closeEgress();
  if (orders.lookAgain) deps.look();
  if (orders.pullStop !== undefined) deps.pullStop(orders.pullStop);
}

const percent = (share: number | undefined) => 100 * (share ?? 0);

/** One tick of the worker that drives. */
function drive(deps: DriverDependencies, { ticks, missed, jitterP50Ms, jitterP99Ms }: EscapementState, before: Driven, host: HostReading) {
  const { page, now } = deps;
  const settings = deps.settings();
  const places = deps.countPlaces();
  const step = stepControls(settings, before.state, readingsOf(host, places, deps.others()));
  const { state, orders, figures } = step;
  const waiting = deps.waiting();
  const { cpuStall, memory } = figures.pressure;
  const moment = { limit: orders.concurrency, running: places.running, waiting, stall: percent(cpuStall), memory: percent(memory) };
  const driven: Driven = {
    state,
    past: addMoment(before.past, moment, Math.max(0, (host.at - (before.state.at ?? host.at)) / 1_000)),
    shed: orders.shed > 0 ? { at: host.at, serials: deps.youngest().slice(0, orders.shed) } : before.shed,
  };
  const published: PublishedControls = {
    version: 1,
    monotonic: host.at,
    at: now().toISOString(),
    pid: process.pid,
    concurrencyMax: settings.concurrencyMax,
    ticking: { ticks, missed, jitterP50Ms, jitterP99Ms },
    orders,
    figures,
    work: { running: places.running, reservedMb: places.reservedMb, waiting },
    host: { swap: host.memory?.swap, ...host.counts },
    ...driven,
  };
  page.write(published);
  obey(deps, step, isSevere(before.state.relief.stage));
  return { driven, published };
}

export function createDriver(deps: DriverDependencies): Driver {
  const { lock, page, monotonic } = deps;
  let driven: Driven | undefined;
  let earlier: ControlState | undefined;
  let seen: PublishedControls | undefined;
  let shedAt: number | undefined;

  const turn = (beat: EscapementState) => {
    if (!lock.isOurs()) {
      driven = undefined;
      seen = page.read();
      return;
    }
    const host = deps.readHost(monotonic());
    driven ??= takeOver(deps, earlier, host.cores);
    ({ driven, published: seen } = drive(deps, beat, driven, host));
  };
  /** Whichever worker decided it: an action is one of this one, or it is not. */
  const shedOwn = () => {
    const last = seen?.shed;
    if (last !== undefined && shedAt !== undefined && last.at !== shedAt) last.serials.forEach((serial) => deps.shed(serial));
    shedAt = last?.at ?? shedAt ?? 0;
  };
  return {
    tick: (beat) => {
      try {
        turn(beat);
        shedOwn();
      } catch (error) {
        deps.trouble(`the controls cannot be driven: ${String(error)}`);
      }
      deps.wake();
    },
    orders: () => ordersNow(seen, monotonic()),
    get state() {
      return driven?.state;
    },
    resume: (state) => {
      earlier = state;
    },
  };
}
