import type { JanusConfig } from '../../config/config.js';
import { budgetLeft } from '../../domain/model/budget.js';
import type { HealthReadings } from '../../domain/health/readings.js';
import { countRecords } from '../../domain/metrics/count-records.js';
import type { Meter } from '../../domain/metrics/series.js';
import type { Mode } from '../../domain/modes/mode.js';
import type { ModelCalls } from '../../domain/thinking/model-calls.js';
import type { LogName } from '../../domain/trail/logs.js';
import { logNames } from '../../domain/trail/logs.js';
import type { Fed, Projection } from '../../domain/trail/projection.js';
import type { Recent } from '../../domain/trail/recent.js';
import { waitingAt } from '../../domain/trail/recent.js';
import type { Standing } from '../../domain/trail/standing.js';
import type { OutageObserver } from '../../adapters/audit/write/watch-outage.js';
import { steadyAt } from '../../domain/trail/steady-time.js';
import { lookAtHealth } from './health-metrics.js';
import type { Metrics } from './process-metrics.js';

type Seen<T> = Pick<Projection<T>, 'snapshot'>;

/** What the brain knows at a moment, without asking anybody. */
interface BrainKnows {
  readonly recent: Seen<Recent>;
  readonly standing: Seen<Standing>;
  readonly calls: Seen<ModelCalls>;
}

interface BrainMeasures {
  readonly known: BrainKnows;
  readonly mode: () => Mode;
  readonly polled: () => Promise<HealthReadings['polled']>;
}

/** What counts the records of each log; nothing where nobody could look at it. */
export function countingFor({ isOn, meter }: Pick<Metrics, 'isOn' | 'meter'>): { readonly counting?: () => Fed } {
  const since = new Date().toISOString();
  return isOn ? { counting: () => countRecords(since, meter) } : {};
}

/** Everything that the brain has measured, from here on. */
export function measureBrain(metrics: Metrics, config: JanusConfig, { known, mode, polled }: BrainMeasures): void {
  const now = () => new Date();
  const stopOnRecord = () => [...known.standing.snapshot().stops.keys()].at(-1);
  metrics.sample(sampleBrain(config, known, now));
  metrics.look(lookAtHealth(config, { mode, stopOnRecord, polled, now }));
}

/** Gauges of what the trail says, as the brain knows it anyway. */
export function sampleBrain({ llm }: Pick<JanusConfig, 'llm'>, known: BrainKnows, now: () => Date): (meter: Meter) => void {
  return (meter) => {
    const at = now().getTime();
    const deadlines = waitingAt(known.recent.snapshot(), at);
    meter.set('janus_proposals_waiting', deadlines.length);
    meter.set('janus_next_deadline_timestamp_seconds', deadlines.length === 0 ? 0 : Math.min(...deadlines) / 1_000);
    const { stops, pauses } = known.standing.snapshot();
    meter.set('janus_halts', stops.size, { by: 'stop' });
    meter.set('janus_halts', pauses.size, { by: 'pause' });
    const { calls, time } = known.calls.snapshot();
    const left = budgetLeft(calls, llm, new Date(steadyAt(time, at)));
    meter.set('janus_model_calls_left', left.calls);
    meter.set('janus_model_tokens_left', left.tokens);
  };
}

/** Whether each log takes records, beside what else hears of it. */
export function alsoMeasured(meter: Meter, observer: OutageObserver): OutageObserver {
  const set = (log: LogName, value: number) => meter.set('janus_trail_writable', value, { log });
  logNames.forEach((log) => set(log, 1));
  return {
    unavailable: (log, why) => {
      meter.add('janus_trail_outages_total', 1, { log });
      set(log, 0);
      observer.unavailable(log, why);
    },
    recovered: (log, milliseconds) => {
      set(log, 1);
      observer.recovered(log, milliseconds);
    },
  };
}
