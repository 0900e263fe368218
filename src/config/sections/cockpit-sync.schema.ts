import { z } from 'zod';
import { path, section, text } from './parts.schema.js';

/** The nightly backup (spec D3). */
export const cockpitSyncSchema = section({
  enabled: z.boolean().default(false).describe('A backup is made each night'),
  endpoint: text
    .default('ssh://cockpit@172.16.15.1')
    .describe('Who gets a copy of the audit trail each quarter of an hour, beside the backups; only where key_file is there'),
  key_file: path.default('/etc/janus/cockpit.key').describe('Private key of ssh for it, without a passphrase, for its owner alone'),
  known_hosts: path.default('/etc/janus/cockpit.known_hosts').describe('The host keys that it may show: any other is refused'),
  backup_path: path
    .default('/mnt/cockpit/balaur_backups')
    .describe("The repository of restic: a folder, such as one of the cockpit's that is mounted here, or sftp:user@host:/folder"),
  password_file: path.default('/etc/janus/backup.password').describe('What the repository is encrypted with; keep a copy elsewhere'),
  time: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of the day such as 03:00')
    .default('03:00')
    .describe('When, in UTC'),
});
