import type { z } from 'zod';
import type { cockpitSyncSchema } from './cockpit-sync.schema.js';

/** Where backups go, and when. */
export interface BackupConfig {
  readonly enabled: boolean;
  /** As restic takes it. */
  readonly repository: string;
  readonly passwordFile: string;
  /** In UTC. */
  readonly hour: number;
  readonly minute: number;
}

const isElsewhere = (repository: string) => /^(?:sftp|rest|s3|b2|azure|gs|swift|rclone):/.test(repository);

export function toBackup(document: z.output<typeof cockpitSyncSchema>, at: (path: string) => string): BackupConfig {
  const { enabled, backup_path: repository, password_file: password, time } = document;
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return { enabled, repository: isElsewhere(repository) ? repository : at(repository), passwordFile: at(password), hour, minute };
}
