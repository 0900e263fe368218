import type { JanusConfig } from '../../config/config.js';
import { healthFacts, judgeHealth } from '../../domain/health/facts.js';
import { stopWithoutFile } from '../../domain/health/stop-on-record.js';
import type { HealthReadings } from '../../domain/health/readings.js';
import type { Meter } from '../../domain/metrics/series.js';
import type { Mode } from '../../domain/modes/mode.js';
import { modeNames } from '../../domain/modes/mode.js';
import { takeReadings } from '../../health/take-readings.js';

/** What the brain of a vessel knows of its health beside what the machine shows. */
export interface HealthView {
  readonly mode: () => Mode;
  /** A stop that the trail knows, by its id. */
  readonly stopOnRecord: () => string | undefined;
  readonly polled: () => Promise<HealthReadings['polled']>;
  readonly now: () => Date;
}

/** The facts of health as series, judged by the same table as `ubos status` (spec O3), and what takes too long to be looked at every few seconds. */
export function lookAtHealth(config: JanusConfig, { mode, stopOnRecord, polled, now }: HealthView): (meter: Meter) => Promise<void> {
  return async (meter) => {
    const counts = mode();
    for (const each of modeNames) meter.set('janus_mode', each === counts ? 1 : 0, { mode: each });
    const stop = () => {
      const id = stopOnRecord();
      return id === undefined ? undefined : stopWithoutFile(id);
    };
    // A server that does not answer says nothing of who polls: that it does not is in the SDK's own series.
    const readings = await takeReadings(config, { polled: await polled().catch(() => undefined), now: now(), stopOnRecord: stop });
    const wrong = new Set(judgeHealth(readings).flatMap(({ id, ok }) => (ok ? [] : [id])));
    for (const { id } of healthFacts) meter.set('janus_health', wrong.has(id) ? 0 : 1, { fact: id });
    meter.set('janus_health_timestamp_seconds', readings.now / 1_000);
    const { last } = readings.backup;
    meter.set('janus_backup_timestamp_seconds', last === undefined ? undefined : Date.parse(last.at) / 1_000);
  };
}
