import type { OwnUse } from './readings.js';
import { isKnown } from './readings.js';
import type { WatchdogSettings } from './settings.js';

/** Cumulative figures of Janus's own units and actions. */
const counters = ['cpuSeconds', 'networkBytes', 'diskBytes'] as const;
type Counter = (typeof counters)[number];
type Counted = Readonly<Record<Counter, number>>;

export type WatchedName = 'cpu' | 'memory' | 'processes' | 'network' | 'disk';

/** What was used in some ten seconds. */
type Bucket = Counted & { readonly seconds: number };

export interface WatchdogState {
  readonly last: Readonly<Partial<Counted>>;
  /** The last one is still being filled. */
  readonly buckets: readonly Bucket[];
  /** What is above its limit now: one violation, however long it lasts. */
  readonly open: readonly WatchedName[];
  /** Ages of the violations that count. */
  readonly violationSeconds: readonly number[];
}

export const unwatched: WatchdogState = { last: {}, buckets: [], open: [], violationSeconds: [] };

export interface Violation {
  readonly name: WatchedName;
  /** In the unit of the limit. */
  readonly value: number;
  readonly limit: number;
  readonly unit: string;
  readonly windowSeconds: number;
  /** Towards a stop. */
  readonly counts: boolean;
}

interface Measured {
  readonly name: WatchedName;
  readonly value: number | undefined;
  readonly limit: number;
  readonly unit: string;
  /** 0: what it is now. */
  readonly windowSeconds: number;
}

const bucketSeconds = 10;
/** Five minutes of them. */
const bucketsMax = 30;
const hour = 3_600;
const megabyte = 1_000_000;
/** An episode ends this far below its limit. */
const overBelow = 0.9;

/** In percent of all cores of the host: the mean of five minutes, and of one. */
const cpuLimits = { fiveMinutes: 80, minute: 95 } as const;

/**
 * Whether too much CPU is somebody's fault: a quota (in processors) over all actions together keeps honest work below the limits. Without one two honest
 * actions on two cores would pull the stop.
 */
export const isCpuHeld = (quota: number | undefined, cores: number): boolean =>
  quota !== undefined && 100 * quota <= cpuLimits.fiveMinutes * cores;

const empty: Bucket = { seconds: 0, cpuSeconds: 0, networkBytes: 0, diskBytes: 0 };

/** The mean of the last `window` seconds, for one second; undefined until so much time has been seen. */
function meanOf(buckets: readonly Bucket[], counter: Counter, window: number): number | undefined {
  let [used, seconds] = [0, 0];
  for (let index = buckets.length - 1; index >= 0 && seconds < window; index -= 1) {
    used += buckets[index]?.[counter] ?? 0;
    seconds += buckets[index]?.seconds ?? 0;
  }
  return seconds < window ? undefined : used / seconds;
}

/** The charter's limits. Those of the CPU are shares of all cores of the host. */
function measure(buckets: readonly Bucket[], { memoryMb, processes }: OwnUse, cores: number): readonly Measured[] {
  const share = (seconds: number) => {
    const mean = meanOf(buckets, 'cpuSeconds', seconds);
    return mean && (100 * mean) / cores;
  };
  const rate = (counter: Counter) => {
    const mean = meanOf(buckets, counter, 60);
    return mean && mean / megabyte;
  };
  return [
    { name: 'cpu', value: share(300), limit: cpuLimits.fiveMinutes, unit: '%', windowSeconds: 300 },
    { name: 'cpu', value: share(60), limit: cpuLimits.minute, unit: '%', windowSeconds: 60 },
    { name: 'memory', value: memoryMb, limit: 24 * 1_024, unit: 'MB', windowSeconds: 0 },
    { name: 'processes', value: processes, limit: 200, unit: '', windowSeconds: 0 },
    { name: 'network', value: rate('networkBytes'), limit: 10, unit: 'MB/s', windowSeconds: 60 },
    { name: 'disk', value: rate('diskBytes'), limit: 100, unit: 'MB/s', windowSeconds: 60 },
  ];
}

function filled(before: WatchdogState, own: OwnUse, seconds: number): Pick<WatchdogState, 'last' | 'buckets'> {
  const entries = counters.map((counter) => {
    const [now, then] = [own[counter], before.last[counter]];
    // What fell began anew, with the process that counts.
    const used = isKnown(now) && then !== undefined ? Math.max(0, now - then) : 0;
    return { counter, used, last: isKnown(now) ? now : then };
  });
  const full = before.buckets.at(-1);
  const isOpen = full !== undefined && full.seconds < bucketSeconds;
  const bucket = isOpen ? full : empty;
  const added = Object.fromEntries(entries.map(({ counter, used }) => [counter, bucket[counter] + used])) as Counted;
  const end = before.buckets.length - (isOpen ? 1 : 0);
  const kept = before.buckets.slice(Math.max(0, end - bucketsMax), end);
  const last = Object.fromEntries(entries.flatMap(({ counter, last }) => (last === undefined ? [] : [[counter, last]])));
  return { last, buckets: [...kept, { ...added, seconds: bucket.seconds + seconds }] };
}

/** Which limits are broken now: those that were not before, and those that are not yet well below. */
function openOf(before: readonly WatchedName[], measured: readonly Measured[]): ReadonlyMap<WatchedName, Measured> {
  const isOver = ({ name, value, limit }: Measured) => {
    if (!isKnown(value)) return false;
    return value > (before.includes(name) ? limit * overBelow : limit);
  };
  return new Map(measured.filter(isOver).map((each) => [each.name, each]));
}

/** Watches Janus itself, never the host. A second reading is not waited for: what is counted here cannot slip. */
export function stepWatchdog(
  settings: WatchdogSettings,
  before: WatchdogState,
  { own, cores, seconds }: { readonly own: OwnUse | undefined; readonly cores: number; readonly seconds: number },
): { readonly state: WatchdogState; readonly violations: readonly Violation[]; readonly pullStop: string | undefined } {
  const ages = before.violationSeconds.map((age) => age + seconds).filter((age) => age < hour);
  if (own === undefined) return { state: { ...before, violationSeconds: ages }, violations: [], pullStop: undefined };
  const seen = filled(before, own, seconds);
  const open = openOf(before.open, measure(seen.buckets, own, cores));
  const violations = [...open.values()].flatMap(({ name, value, limit, unit, windowSeconds }): Violation[] =>
    value === undefined || before.open.includes(name)
      ? []
      : [{ name, value, limit, unit, windowSeconds, counts: name !== 'cpu' || settings.cpuCounts }],
  );
  const all = [...ages, ...violations.filter(({ counts }) => counts).map(() => 0)].slice(-settings.violationsThreshold);
  const isEnough = settings.pullsStop && all.length >= settings.violationsThreshold && violations.some(({ counts }) => counts);
  const names = violations.map(({ name }) => name).join(', ');
  return {
    state: { ...seen, open: [...open.keys()], violationSeconds: isEnough ? [] : all },
    violations,
    pullStop: isEnough
      ? `${settings.violationsThreshold} violations of the watchdog's limits within an hour, the last one: ${names}`
      : undefined,
  };
}
