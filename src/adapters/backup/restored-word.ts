import { dirname } from 'node:path';
import { lstatSync, rmSync } from 'node:fs';
import type { Restored } from '../../domain/backup/restored.js';
import { restoredIn } from '../../domain/backup/restored.js';
import { syncFolder } from '../files/durable.js';
import type { BackupPlaces } from './places.js';
import { readObject } from './read-json.js';

/** What was put back, and waits for a yes; undefined where nothing was, or where its word cannot be read. */
export const readRestored = ({ restored }: Pick<BackupPlaces, 'restored'>): Restored | undefined => restoredIn(readObject(restored));

/** Where nobody can tell, there is one: nothing runs. */
export function isRestorePending({ restored }: Pick<BackupPlaces, 'restored'>): boolean {
  try {
    lstatSync(restored);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}

/** Somebody has said yes, and that is on record. */
export async function forgetRestored({ restored }: BackupPlaces): Promise<void> {
  rmSync(restored, { force: true });
  await syncFolder(dirname(restored));
}
