import type { Health } from '../../client/health.js';
import type { JanusConfig } from '../../config/config.js';
import type { HealthFinding } from '../../domain/health/facts.js';
import { judgeHealth } from '../../domain/health/facts.js';
import type { HealthReadings } from '../../domain/health/readings.js';
import { stopWithoutFile } from '../../domain/health/stop-on-record.js';
import type { Context } from '../command.js';
import { vesselNow } from './vessel-now.js';

/** Whoever removed file and mark by hand has ended nothing: the brain goes by its trail. */
async function stopOnRecord(config: JanusConfig): Promise<HealthReadings['emergencyStop']> {
  const [stop] = (await vesselNow(config, false))?.stops ?? [];
  return stop && stopWithoutFile(stop.id);
}

/** The facts of `domain/health`, judged here and now: by what this machine shows, and what the server says where it was asked. */
export async function examineHealth(
  config: JanusConfig,
  polled: Health['polled'] | undefined,
  context: Context,
): Promise<readonly HealthFinding[]> {
  const { takeReadings } = await import('../../health/take-readings.js');
  return judgeHealth(await takeReadings(config, { polled, now: context.now(), stopOnRecord: () => stopOnRecord(config) }));
}
