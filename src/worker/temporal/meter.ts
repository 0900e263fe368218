import type { Runtime } from '@temporalio/worker';
import type { VitalRole } from '../../domain/health/vital-signs.js';
import { covers } from '../../domain/health/vital-signs.js';
import type { Labels, Meter, Series } from '../../domain/metrics/series.js';
import { series } from '../../domain/metrics/series.js';

type MetricMeter = Runtime['metricMeter'];

/** The series of a process, by what it does. */
export const seriesOf = (role: VitalRole): readonly (readonly [string, Series])[] =>
  Object.entries(series).filter(([, { of }]) => of === 'process' || covers({ role }, of));

/** Where metrics are off. */
export const noMeter: Meter = { add: () => undefined, set: () => undefined, observe: () => undefined };

/** Every combination of values that the labels of a series can have. */
function allLabels(labels: Series['labels'] = {}): readonly Labels[] {
  let all: readonly Labels[] = [{}];
  for (const [name, values] of Object.entries(labels)) all = all.flatMap((some) => values.map((value) => ({ ...some, [name]: value })));
  return all;
}

/** A value that is not in the table is nobody's label: a line of the trail may hold anything. */
const areKnown = ({ labels: known = {} }: Series, labels: Labels): boolean =>
  Object.keys(known).length === Object.keys(labels).length &&
  Object.entries(labels).every(([name, value]) => known[name]?.includes(value) === true);

const isFigure = (value: number | undefined): value is number => value !== undefined && Number.isFinite(value) && value >= 0;

type Take = (value: number, labels: Labels) => void;

function takeOf(meter: MetricMeter, name: string, { kind, means, labels }: Series): Take {
  if (kind === 'gauge') {
    const gauge = meter.createGauge(name, 'float', '', means);
    return (value, given) => gauge.set(value, given);
  }
  if (kind === 'histogram') {
    const histogram = meter.createHistogram(name, 'float', '', means);
    return (value, given) => histogram.record(value, given);
  }
  const counter = meter.createCounter(name, '', means);
  // Else the first of anything would be no increase for whoever looks: the series was not there before.
  for (const each of allLabels(labels)) counter.add(0, each);
  return (value, given) => counter.add(Math.round(value), given);
}

/** Series of our own through the SDK's meter, beside those of its core: no second library, no second port. */
export function createMeter(meter: MetricMeter, own: readonly (readonly [string, Series])[]): Meter {
  const takes = new Map(own.map(([name, each]) => [name, { each, take: takeOf(meter, name, each) }]));
  const put = (name: string, value: number | undefined, labels: Labels = {}) => {
    const found = takes.get(name);
    if (found !== undefined && isFigure(value) && areKnown(found.each, labels)) found.take(value, { ...labels });
  };
  return { add: put, set: put, observe: put };
}
