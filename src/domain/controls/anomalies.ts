import { known } from './readings.js';
import type { MonitoringSettings } from './settings.js';

/** What is looked at, with the share above which it is an anomaly and below which it is over (spec G4). */
export const anomalyLimits = {
  memory: { above: 0.9, overBelow: 0.85 },
  cpu: { above: 0.9, overBelow: 0.8 },
  disk: { above: 0.85, overBelow: 0.82 },
} as const;

export type AnomalyName = keyof typeof anomalyLimits;

interface Watched {
  /** Of the interval that runs: the mean is taken at its end. */
  readonly sum: number;
  readonly seconds: number;
  readonly isOpen: boolean;
}

export type AnomalyState = Readonly<Partial<Record<AnomalyName, Watched>>>;

export interface Anomaly {
  readonly name: AnomalyName;
  readonly mean: number;
  readonly isOpen: boolean;
}

const fresh: Watched = { sum: 0, seconds: 0, isOpen: false };

function watch(name: AnomalyName, before: Watched, share: number, elapsed: { readonly seconds: number; readonly interval: number }) {
  const sum = before.sum + share * elapsed.seconds;
  const seconds = before.seconds + elapsed.seconds;
  if (seconds < elapsed.interval) return { after: { ...before, sum, seconds } };
  const mean = sum / seconds;
  const { above, overBelow } = anomalyLimits[name];
  const isOpen = before.isOpen ? mean >= overBelow : mean > above;
  return { after: { ...fresh, isOpen }, ...(isOpen !== before.isOpen && { news: { name, mean, isOpen } }) };
}

/**
 * Alerts about the host, and nothing but alerts: the mean of one interval above the limit opens one, a mean below the lower mark closes it. What
 * could not be read is not counted.
 */
export function stepAnomalies(
  { enabled, intervalSeconds }: MonitoringSettings,
  before: AnomalyState,
  { shares, seconds }: { readonly shares: Readonly<Record<AnomalyName, number | undefined>>; readonly seconds: number },
): { readonly state: AnomalyState; readonly news: readonly Anomaly[] } {
  if (!enabled) return { state: before, news: [] };
  const elapsed = { seconds, interval: intervalSeconds };
  const looked = (Object.keys(anomalyLimits) as AnomalyName[]).map((name) => {
    const [state = fresh, share] = [before[name], known(shares[name])];
    return { name, ...(share === undefined ? { after: state } : watch(name, state, share, elapsed)) };
  });
  return {
    state: Object.fromEntries(looked.map(({ name, after }) => [name, after])),
    news: looked.flatMap((each) => ('news' in each && each.news !== undefined ? [each.news] : [])),
  };
}
