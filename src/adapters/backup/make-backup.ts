import type { BackupManifest } from '../../domain/backup/manifest.js';
import type { BackupOutcome } from '../../domain/backup/outcome.js';
import { JanusError } from '../../domain/errors.js';
import { startHint } from '../../domain/units.js';
import { copyDatabase } from './copy-database.js';
import type { BackupPlaces } from './places.js';
import { databaseOf } from './places.js';
import type { Restic } from './restic.js';
import { beginMaking, clearStaging, readStaged, stageManifest } from './staging.js';
import { trailFilesIn } from './trail-files.js';

export interface BackupSettings {
  readonly places: BackupPlaces;
  readonly vessel: string;
  /** The files of the trail. */
  readonly logs: readonly string[];
  /** Private keys, and what is of no use after a restore, as paths or patterns of restic. */
  readonly excludes: readonly string[];
  readonly restic: Restic;
  readonly now: () => Date;
  readonly signal?: AbortSignal;
}

/** Refuses while another one is made, and where one was put back that nobody has put in place yet: that one would be lost. */
async function begin({ places }: BackupSettings, id: string): Promise<void> {
  const staged = readStaged(places);
  if (staged.kind === 'restored' || staged.kind === 'unreadable')
    throw new JanusError('CONFLICT', 'a backup was put back, and the server has not been started since. Nothing done.', {
      next: startHint('brain'),
    });
  if (staged.kind === 'left') await clearStaging(places);
  if (staged.kind === 'making' || !(await beginMaking(places, id)))
    throw new JanusError('CONFLICT', 'another backup is being made. Nothing done.', { next: 'ubos backup list' });
}

/** Undefined where a file of the trail was closed or removed meanwhile: such a one holds files of two moments. */
async function attempt(settings: BackupSettings, id: string): Promise<BackupOutcome | undefined> {
  const { places, vessel, logs, excludes, restic, now, signal } = settings;
  const began = now().getTime();
  const file = databaseOf(places.state);
  // The database first: what it says is on record by the time that the trail is read.
  const database = file === undefined ? undefined : await copyDatabase(file, places.copy, signal);
  const trail = trailFilesIn(places.state, logs);
  const manifest: BackupManifest = { id, vessel, takenAt: now().toISOString(), trail, ...(database && { database }) };
  await stageManifest(places, manifest);
  const {
    snapshot_id: snapshot,
    total_files_processed: files,
    data_added: bytesAdded,
  } = await restic.backup({ host: vessel, tag: id, excludes });
  const after = trailFilesIn(places.state, logs);
  if (JSON.stringify(after) !== JSON.stringify(trail)) {
    await restic.forget([snapshot]);
    return undefined;
  }
  const seconds = Math.round((now().getTime() - began) / 100) / 10;
  return { id, at: manifest.takenAt, snapshot: snapshot.slice(0, 8), files, bytesAdded, database: database !== undefined, seconds };
}

const attemptsMax = 3;

/**
 * Makes one backup of the folder of state, from inside it, and lets go of those that are too old (spec D3). Throws CONFLICT while another one is made,
 * BACKUP_FAILED; nothing of it stays in the folder then.
 */
export async function makeBackup(settings: BackupSettings, id: string): Promise<BackupOutcome> {
  const { places, restic, vessel } = settings;
  await begin(settings, id);
  try {
    for (let tries = 0; tries < attemptsMax; tries += 1) {
      const outcome = await attempt(settings, id);
      if (outcome === undefined) continue;
      await restic.prune(vessel);
      await restic.check(0);
      return outcome;
    }
    throw new JanusError('BACKUP_FAILED', `files of the trail were closed during each of ${attemptsMax} tries`, {
      next: 'ubos backup run',
    });
  } finally {
    await clearStaging(places);
  }
}
