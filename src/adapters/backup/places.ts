import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where things of a backup lie in the folder of state. */
export interface BackupPlaces {
  /** What is backed up. */
  readonly state: string;
  readonly folder: string;
  /** In a backup, and put back from it. */
  readonly manifest: string;
  readonly copy: string;
  /** Never in a backup: which manifest this machine has made itself. */
  readonly making: string;
  /** What the newest one came to. */
  readonly outcome: string;
  /** Names who asks for one. */
  readonly wanted: string;
  /** A backup was put back, and nobody has said yet that the vessel may go on from there. */
  readonly restored: string;
}

export function backupPlaces(state: string): BackupPlaces {
  const folder = join(state, 'backup');
  return {
    state,
    folder,
    manifest: join(folder, 'taken.json'),
    copy: join(folder, 'copy', 'temporal.db'),
    making: join(folder, 'making.json'),
    outcome: join(folder, 'outcome.json'),
    wanted: join(folder, 'ask', 'wanted'),
    restored: join(state, 'restored.json'),
  };
}

/** Temporal's database: on an installed machine in a folder of the server's account, in a clone beside the rest. */
const databases = (state: string) => [join(state, 'temporal', 'temporal.db'), join(state, 'temporal.db')];

/** Undefined where the server keeps it elsewhere. */
export const databaseOf = (state: string): string | undefined => databases(state).find((file) => existsSync(file));

/** Where it belongs, also where there is none. */
export function databasePlace(state: string): string {
  const [installed = '', inClone = ''] = databases(state);
  return existsSync(join(state, 'temporal')) ? installed : inClone;
}
