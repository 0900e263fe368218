import type { ControlEventFields } from '../trail/control-event-fields.js';
import { trailEvent } from '../trail/events.js';
import type { Anomaly } from './anomalies.js';
import type { NetworkState } from './network.js';
import type { ControlOrders } from './orders.js';
import { stages } from './orders.js';
import type { Pressure } from './pressure.js';
import type { ReliefState } from './relief.js';
import type { Violation } from './watchdog.js';

/** Something happened that the trail has to keep: one of the events of the controls, with its fields. */
export type ControlTransition = {
  readonly [Name in keyof ControlEventFields]: {
    readonly event: Name;
    readonly summary: string;
    readonly data: ControlEventFields[Name];
  };
}[keyof ControlEventFields];

interface Part {
  readonly relief: ReliefState;
  readonly network: NetworkState;
}

interface Happened {
  readonly before: Part;
  readonly after: Part;
  readonly orders: ControlOrders;
  readonly pressure: Pressure;
  readonly anomalies: readonly Anomaly[];
  readonly violations: readonly Violation[];
}

const rounded = (value: number) => Math.round(value * 10) / 10;
const percent = (share: number | undefined) => (share === undefined ? null : rounded(100 * share));

const figures = ({ memory, bound, cpuStall, cpuUse, memoryStall }: Pressure) => ({
  memory_percent: percent(memory),
  memory_bound_percent: percent(bound),
  memory_stall_percent: percent(memoryStall),
  cpu_percent: percent(cpuUse),
  cpu_stall_percent: percent(cpuStall),
});

function ofRelief({ before, after, orders, pressure }: Happened): readonly ControlTransition[] {
  const [from, to] = [before.relief.stage, after.relief.stage];
  if (from === to) return [];
  const isWorse = stages.indexOf(to) > stages.indexOf(from);
  const network = to === 'SEALED' ? 'open' : 'blocked';
  const does =
    to === 'SEALED' ? 'new actions may use the network again' : `new actions may not use the network, ${orders.concurrency} at once`;
  return [
    {
      event: isWorse ? trailEvent.reliefDegrade : trailEvent.reliefRestore,
      summary: `relief valve: ${from} -> ${to}${to === 'CRITICAL' ? ', thinking is suspended until somebody releases it' : `, ${does}`}`,
      data: {
        from,
        to,
        cause: (isWorse ? after : before).relief.cause ?? null,
        concurrency: orders.concurrency,
        network,
        thinking_suspended: orders.thinkingSuspended,
        ...figures(pressure),
      },
    },
  ];
}

function ofShed({ orders, after, pressure }: Happened): readonly ControlTransition[] {
  if (orders.shed === 0) return [];
  const sheds = after.relief.shedSeconds.length;
  return [
    {
      event: trailEvent.reliefShed,
      summary: `memory stays above its bound: ${orders.shed === 1 ? 'the youngest action is' : `the youngest ${orders.shed} actions are`} ended`,
      data: {
        actions: orders.shed,
        sheds_in_10_minutes: sheds,
        memory_percent: percent(pressure.memory),
        memory_bound_percent: percent(pressure.bound),
      },
    },
  ];
}

const ofAnomaly = ({ name, mean, isOpen }: Anomaly): ControlTransition => ({
  event: isOpen ? trailEvent.controlAnomaly : trailEvent.controlAnomalyOver,
  summary: isOpen ? `the host's ${name} is used to ${percent(mean)} %` : `the host's ${name} is back at ${percent(mean)} %`,
  data: { resource: name, mean_percent: percent(mean) ?? 0 },
});

const ofViolation = ({ name, value, limit, unit, windowSeconds, counts }: Violation): ControlTransition => {
  const [used, most] = [`${rounded(value)} ${unit}`.trim(), `${limit} ${unit}`.trim()];
  return {
    event: trailEvent.watchdogViolation,
    summary: `Janus itself uses too much: ${name} ${used}, where ${most} are allowed${windowSeconds > 0 ? ` as the mean of ${windowSeconds} s` : ''}`,
    data: { resource: name, value: rounded(value), limit, unit, window_seconds: windowSeconds, counts },
  };
};

function ofNetwork({ before, after }: Happened): readonly ControlTransition[] {
  const { offline, reached = 0, unreachable = 0 } = after.network;
  if (before.network.offline === offline) return [];
  const data = { reached, unreachable };
  return offline
    ? [{ event: trailEvent.networkOffline, summary: 'an action found no network: others that need it wait', data }]
    : [{ event: trailEvent.networkOnline, summary: 'the network can be reached again', data }];
}

/** What happened between two ticks, in the order in which it is told. Moves of the limit are metrics, and not among them. */
export function transitionsOf(happened: Happened): readonly ControlTransition[] {
  return [
    ...ofRelief(happened),
    ...ofShed(happened),
    ...happened.violations.map(ofViolation),
    ...happened.anomalies.map(ofAnomaly),
    ...ofNetwork(happened),
  ];
}
