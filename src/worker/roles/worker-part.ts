import type { Worker } from '@temporalio/worker';
import type { Logger } from 'pino';
import type { Vitals } from '../../adapters/host/vital-signs.js';
import type { TemporalConnection } from '../../client/temporal-connection.js';
import type { JanusConfig } from '../../config/config.js';
import type { WorkerSettings } from '../temporal/create-worker.js';

/** What a part of a worker is started with. */
export interface PartContext {
  readonly config: JanusConfig;
  readonly settings: WorkerSettings;
  readonly temporal: TemporalConnection;
  readonly logger: Logger;
  /** How the whole process is. */
  readonly vitals: Vitals;
}

/** The brain's or the hands' workers, ready to run. */
export interface WorkerPart {
  readonly workers: readonly Worker[];
  readonly close: () => Promise<void>;
}
