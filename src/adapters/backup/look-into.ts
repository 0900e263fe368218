import { existsSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { BackupManifest } from '../../domain/backup/manifest.js';
import { parseManifest } from '../../domain/backup/manifest.js';
import { digestOf } from './copy-database.js';
import { backupPlaces } from './places.js';
import { readFileIfThere } from './read-json.js';

/** A folder that only this account can read, and that is gone afterwards. */
export async function inScratch<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'janus-backup-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function lookAtDatabase({ database }: BackupManifest, copy: string): Promise<'whole' | 'damaged' | 'none'> {
  if (database === undefined) return 'none';
  if (!existsSync(copy) || (await digestOf(copy)) !== database.sha256) return 'damaged';
  const { stdout, failed } = await execa('sqlite3', ['-readonly', copy, 'PRAGMA integrity_check'], { reject: false, stdin: 'ignore' });
  return !failed && stdout.trim() === 'ok' ? 'whole' : 'damaged';
}

/** What a backup that was put into a folder says of itself, and whether its database is what it says, and sound. */
export async function readBackedUp(folder: string) {
  const { manifest: file, copy } = backupPlaces(folder);
  const manifest = parseManifest(readFileIfThere(file) ?? '');
  return { manifest, database: manifest === undefined ? ('none' as const) : await lookAtDatabase(manifest, copy) };
}
