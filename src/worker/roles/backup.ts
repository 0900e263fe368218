import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { noteOutcome, readWanted } from '../../adapters/backup/ask.js';
import { makeBackup } from '../../adapters/backup/make-backup.js';
import { JanusError } from '../../domain/errors.js';
import type { JanusConfig } from '../../config/config.js';
import { backupSettings } from '../wiring/backup.js';

/** The role `backup`: makes one backup of what may be read by few, says what came of it, and ends. No Temporal, no key of the vessel. */
export async function runBackup(config: JanusConfig, logger: Logger): Promise<void> {
  const stopping = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stopping.abort(new Error('stopped')));
  const { places, ...settings } = backupSettings(config, stopping.signal);
  const asked = readWanted(places) ?? 'by hand';
  const id = `backup-${randomBytes(8).toString('hex')}`;
  try {
    const outcome = await makeBackup({ places, ...settings }, id);
    await noteOutcome(places, { asked, outcome });
    logger.info({ event_type: 'backup', ...outcome }, `snapshot ${outcome.snapshot}`);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const next = error instanceof JanusError ? error.next : undefined;
    await noteOutcome(places, { asked, problem: { message, ...(next !== undefined && { next }) } });
    logger.error({ event_type: 'backup', next }, message);
    throw error;
  }
}
