import { request } from 'node:http';
import type { RuntimeOptions } from '@temporalio/worker';
import { Runtime } from '@temporalio/worker';
import type { Logger } from 'pino';
import { forTemporal } from '../../adapters/log/create-logger.js';
import type { VitalRole } from '../../domain/health/vital-signs.js';
import type { Meter } from '../../domain/metrics/series.js';
import { createMeter, noMeter, seriesOf } from './meter.js';

/** Nobody beyond this machine reaches it. */
const host = '127.0.0.1';

export interface Exporter {
  /** Where metrics are served, or should be; undefined where they are off. */
  readonly address: string | undefined;
  /** Why nobody serves them. */
  readonly problem: string | undefined;
  readonly meter: Meter;
}

interface ExporterSettings {
  readonly role: VitalRole;
  readonly metrics: { readonly enabled: boolean; readonly port: number };
  readonly logger: Logger;
}

/** Every process of a vessel has a port of its own; one that is all has that of the brain. */
export const portOf = (role: VitalRole, port: number): number => (role === 'hands' ? port + 1 : port);

/** What the kernel said, without what the SDK was about. */
const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/^Failed to start prometheus metrics exporter: /, '');

/**
 * Installs Temporal's runtime, once for each process, with its exporter of metrics, which answers from threads of its own: a scrape costs the event
 * loop nothing. A port that cannot be had is said, and the worker works without.
 */
export function installRuntime({ role, metrics, logger }: ExporterSettings): Exporter {
  // Its native core writes to stderr itself: the SDK would look ten times a second whether it has said something, a fifth of what an idle worker may use.
  const logging = { console: { format: 'json' }, filter: { core: 'WARN', other: 'ERROR' } } as const;
  const install = (exporting: Pick<NonNullable<RuntimeOptions['telemetryOptions']>, 'metrics'>) =>
    Runtime.install({ logger: forTemporal(logger), telemetryOptions: { logging, ...exporting }, shutdownSignals: [] });
  if (!metrics.enabled) {
    install({});
    return { address: undefined, problem: undefined, meter: noMeter };
  }
  const address = `${host}:${portOf(role, metrics.port)}`;
  const own = seriesOf(role);
  const histogramBucketOverrides = Object.fromEntries(
    own.flatMap(([name, each]): [string, number[]][] => (each.kind === 'histogram' ? [[name, [...each.bounds]]] : [])),
  );
  try {
    const runtime = install({ metrics: { attachServiceName: false, prometheus: { bindAddress: address, histogramBucketOverrides } } });
    return { address, problem: undefined, meter: createMeter(runtime.metricMeter, own) };
  } catch (error) {
    install({});
    return { address, problem: reasonOf(error), meter: noMeter };
  }
}

const answerMilliseconds = 5_000;

/** Whether somebody answers there: core's exporter ends for good, and says nothing, where it once could not take a connection. */
export function isServing(address: string): Promise<boolean> {
  const [hostname, port] = address.split(':');
  return new Promise((resolve) => {
    const asked = request({ hostname, port, method: 'HEAD', agent: false, timeout: answerMilliseconds }, (answer) => {
      answer.resume();
      resolve(true);
    });
    asked.once('timeout', () => asked.destroy());
    asked.once('error', () => resolve(false));
    asked.end();
  });
}
