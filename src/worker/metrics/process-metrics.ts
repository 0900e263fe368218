import type { Logger } from 'pino';
import type { Vitals } from '../../adapters/host/vital-signs.js';
import type { Meter } from '../../domain/metrics/series.js';
import type { Exporter } from '../temporal/exporter.js';
import { isServing } from '../temporal/exporter.js';

/** A scrape finds what was true so long ago at most: it asks nobody. */
const sampleMilliseconds = 5_000;
const lookMilliseconds = 60_000;

/** What a process tells whoever scrapes it. Where metrics are off, or their port is taken, nothing is looked at. */
export interface Metrics {
  readonly meter: Meter;
  readonly isOn: boolean;
  /** Looked at every few seconds: it has to be cheap. */
  sample(look: (meter: Meter) => void): void;
  /** Once a minute, for what takes longer. */
  look(work: (meter: Meter) => Promise<void>): void;
  close(): void;
}

/** Of this process. */
function createProcessSample(now: () => number): (meter: Meter) => void {
  const started = now() / 1_000 - process.uptime();
  let busy = performance.eventLoopUtilization();
  let due = performance.now() + sampleMilliseconds;
  return (meter) => {
    const { user, system } = process.cpuUsage();
    meter.set('janus_process_cpu_seconds', (user + system) / 1_000_000);
    meter.set('janus_process_memory_bytes', process.memoryUsage.rss());
    meter.set('janus_process_start_timestamp_seconds', started);
    meter.set('janus_event_loop_busy', performance.eventLoopUtilization(busy).utilization);
    meter.set('janus_event_loop_late_seconds', Math.max(0, performance.now() - due) / 1_000);
    busy = performance.eventLoopUtilization();
    due = performance.now() + sampleMilliseconds;
  };
}

interface MetricsContext {
  readonly vitals: Pick<Vitals, 'tell' | 'watch'>;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  readonly now?: () => number;
}

const off = (meter: Meter): Metrics => ({
  ...{ meter, isOn: false },
  sample: () => undefined,
  look: () => undefined,
  close: () => undefined,
});

/** Says where metrics are served, or why they are not, and takes the samples of this process. */
export function wireMetrics({ address, problem, meter }: Exporter, { vitals, logger, now = Date.now }: MetricsContext): Metrics {
  if (address === undefined) return off(meter);
  const tell = (why: string | undefined) => vitals.tell('metrics', address, why);
  if (problem !== undefined) {
    tell(problem);
    logger.warn({ event_type: 'metrics' }, `nobody can read metrics at ${address}: ${problem}`);
    return off(meter);
  }
  let isServed = true;
  vitals.watch(() => (isServed ? { metricsAt: address } : {}));
  logger.info({ event_type: 'metrics' }, `metrics are served at http://${address}/metrics`);
  const samples = [createProcessSample(now)];
  const looks: ((meter: Meter) => Promise<void>)[] = [
    async () => {
      isServed = await isServing(address);
      tell(isServed ? undefined : 'it serves no more');
    },
  ];
  // What is measured keeps nobody from working.
  const quietly = async (work: () => unknown) => {
    try {
      await work();
    } catch (error) {
      logger.warn({ event_type: 'metrics', error }, 'a figure could not be taken');
    }
  };
  const timers = [
    setInterval(() => samples.forEach((sample) => void quietly(() => sample(meter))), sampleMilliseconds),
    setInterval(() => looks.forEach((look) => void quietly(() => look(meter))), lookMilliseconds),
  ];
  timers.forEach((timer) => timer.unref());
  return {
    ...{ meter, isOn: true },
    sample: (look) => {
      samples.push(look);
      void quietly(() => look(meter));
    },
    look: (work) => {
      looks.push(work);
      // Not before the worker polls: until then nobody does, and that is no news.
      timers.push(setTimeout(() => void quietly(() => work(meter)), sampleMilliseconds).unref());
    },
    close: () => timers.forEach((timer) => clearTimeout(timer)),
  };
}
