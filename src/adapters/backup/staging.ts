import { rmSync, statSync } from 'node:fs';
import type { BackupManifest } from '../../domain/backup/manifest.js';
import { parseManifest } from '../../domain/backup/manifest.js';
import { createFile, makeFolder, replaceFile } from '../files/durable.js';
import { startTicksOf } from '../files/start-ticks.js';
import { removeCopy } from './copy-database.js';
import type { BackupPlaces } from './places.js';
import { readFileIfThere, readObject } from './read-json.js';

/*
 * A backup holds a manifest and a copy of the database, and both lie in the folder of state while it is made. The same files mean "put me back" where
 * they came out of a repository. What tells them apart is a note that is never backed up: which manifest this machine has written itself, and when its
 * inode last changed. It is there before the manifest, and gone after it.
 */

interface Making {
  readonly id: string;
  readonly pid: number;
  readonly startTicks: string;
  /** Of the manifest that was written; a file that restic wrote in its place has another. */
  readonly changed?: string;
}

const writing = { mode: 0o600 };

const changedOf = (file: string) => statSync(file, { bigint: true }).ctimeNs.toString();

const makingIn = ({ making }: BackupPlaces) => readObject(making) as Making | undefined;

const isAlive = ({ pid, startTicks }: Making) => startTicks !== '' && startTicksOf(pid) === startTicks;

/** What lies there of a backup: nothing, one that is being made, what one that was cut off has left, or what came out of a repository. */
export type Staged =
  { readonly kind: 'nothing' | 'making' | 'left' | 'unreadable' } | { readonly kind: 'restored'; readonly manifest: BackupManifest };

export function readStaged(places: BackupPlaces): Staged {
  const making = makingIn(places);
  if (making !== undefined && isAlive(making)) return { kind: 'making' };
  const text = readFileIfThere(places.manifest);
  if (text === undefined) return { kind: making === undefined ? 'nothing' : 'left' };
  const manifest = parseManifest(text);
  const isOwn =
    making !== undefined && (making.changed === undefined ? manifest?.id === making.id : changedOf(places.manifest) === making.changed);
  if (isOwn) return { kind: 'left' };
  return manifest === undefined ? { kind: 'unreadable' } : { kind: 'restored', manifest };
}

/** False where another one is being made. */
export async function beginMaking(places: BackupPlaces, id: string): Promise<boolean> {
  const making: Making = { id, pid: process.pid, startTicks: startTicksOf(process.pid) };
  await makeFolder(places.folder, 0o755);
  return createFile(places.making, JSON.stringify(making), writing);
}

/** Between its two notes a crash leaves a manifest of the id that is noted: that is one's own too. */
export async function stageManifest(places: BackupPlaces, manifest: BackupManifest): Promise<void> {
  await replaceFile(places.manifest, JSON.stringify(manifest), writing);
  const making: Making = {
    ...{ id: manifest.id, pid: process.pid, startTicks: startTicksOf(process.pid) },
    changed: changedOf(places.manifest),
  };
  await replaceFile(places.making, JSON.stringify(making), writing);
}

/** The manifest first: without it the rest means nothing. */
export async function clearStaging({ manifest, copy, making }: BackupPlaces): Promise<void> {
  rmSync(manifest, { force: true });
  await removeCopy(copy);
  rmSync(making, { force: true });
}
