import type { Worker } from '@temporalio/worker';
import type { Logger } from 'pino';
import type { Vitals } from '../../adapters/host/vital-signs.js';
import type { TemporalConnection } from '../../client/temporal-connection.js';
import type { JanusConfig } from '../../config/config.js';
import type { Metrics } from '../metrics/process-metrics.js';
import type { WorkerSettings } from '../temporal/create-worker.js';

/** `all` is both in one process, as in development, and tells people as well. */
export type WorkerRole = 'all' | 'brain' | 'hands';

/** What a part of a worker is started with. */
export interface PartContext {
  readonly role: WorkerRole;
  readonly config: JanusConfig;
  readonly settings: WorkerSettings;
  readonly temporal: TemporalConnection;
  readonly logger: Logger;
  /** How the whole process is. */
  readonly vitals: Vitals;
  /** What it tells whoever scrapes it. */
  readonly metrics: Metrics;
}

/** The brain's or the hands' workers, ready to run. */
export interface WorkerPart {
  readonly workers: readonly Worker[];
  readonly close: () => Promise<void>;
}
