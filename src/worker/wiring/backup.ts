import { join, relative } from 'node:path';
import type { BackupSettings } from '../../adapters/backup/make-backup.js';
import { backupPlaces } from '../../adapters/backup/places.js';
import { alertPageIn } from '../../adapters/notify/alert-page.js';
import { createRestic } from '../../adapters/backup/restic.js';
import type { JanusConfig } from '../../config/config.js';
import { logFilesOf } from '../../config/config.js';

/**
 * What is in no backup, as patterns of restic, from the folder of state: private keys and passwords, what belongs to this moment (locks, sockets, pages,
 * a stop), what can be had again, and the database itself, of which there is a copy.
 */
const excludes = (
  { paths, audit, backup }: JanusConfig,
  { making, outcome, wanted, restored }: ReturnType<typeof backupPlaces>,
): readonly string[] => {
  const files = [paths.workspaces, paths.intelCache, paths.emergencyStop, paths.egressControl, audit.heads.keyPath, backup.passwordFile];
  const own = [
    making,
    outcome,
    wanted,
    restored,
    paths.approvalQueue,
    alertPageIn(paths.state),
    ...files,
    join(paths.state, 'vitals'),
    join(paths.state, 'temporal'),
  ];
  return [
    ...own
      .map((file) => relative(paths.state, file))
      .filter((name) => !name.startsWith('..'))
      .map((name) => join(paths.state, name)),
    ...['temporal.db', 'temporal.db-wal', 'temporal.db-shm', 'before-restore-*'].map((name) => join(paths.state, name)),
    ...['*.key', '*.lock', '*.sock', '*.tmp'],
  ];
};

/** How this configuration makes a backup. */
export function backupSettings(config: JanusConfig, signal: AbortSignal): BackupSettings {
  const { paths, vesselId: vessel, backup } = config;
  const places = backupPlaces(paths.state);
  const { repository, passwordFile } = backup;
  return {
    ...{ places, vessel, signal, logs: Object.values(logFilesOf(config)), excludes: excludes(config, places) },
    restic: createRestic({ repository, passwordFile, state: paths.state, signal }),
    now: () => new Date(),
  };
}
