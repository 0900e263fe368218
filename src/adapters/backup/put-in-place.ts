import { existsSync, lchownSync, readdirSync, rmSync, statSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { basename, dirname, join, relative } from 'node:path';
import type { BackupManifest } from '../../domain/backup/manifest.js';
import { newerThan } from '../../domain/backup/manifest.js';
import type { Restored } from '../../domain/backup/restored.js';
import { JanusError } from '../../domain/errors.js';
import { makeFolder, moveEntry, replaceFile, syncFolder } from '../files/durable.js';
import { digestOf } from './copy-database.js';
import type { BackupPlaces } from './places.js';
import { databasePlace } from './places.js';
import { readRestored } from './restored-word.js';
import { clearStaging, readStaged } from './staging.js';
import { trailFilesIn } from './trail-files.js';

export interface PutInPlaceSettings {
  readonly places: BackupPlaces;
  readonly vessel: string;
  /** The files of the trail. */
  readonly logs: readonly string[];
  /** Folder of the heads. */
  readonly heads: string;
  /**
   * Pairs of keys whose private half is in no backup. Where it is gone a new pair is made, so the public half moves: to where it goes on vouching for
   * the past, or aside.
   */
  readonly keys: readonly { readonly privateKey: string; readonly publicKey: string; readonly former?: (name: string) => string }[];
  readonly now: () => Date;
}

const refuse = (message: string) =>
  new JanusError('BACKUP_FAILED', `${message}. The server is not started`, { next: 'put it back once more: ubos restore --into alpha' });

async function assertWhole({ places, vessel }: PutInPlaceSettings, manifest: BackupManifest): Promise<void> {
  if (manifest.vessel !== vessel) throw refuse(`${places.manifest} came out of a backup of ${manifest.vessel}, and this is ${vessel}`);
  if (manifest.database === undefined) return;
  if (!existsSync(places.copy)) throw refuse(`${places.copy} is missing, and ${places.manifest} says that the backup holds it`);
  if ((await digestOf(places.copy)) !== manifest.database.sha256) throw refuse(`${places.copy} is not the copy that was backed up`);
}

/** The files beside the database are of another one: with them SQLite would take it for damaged. */
const besideDatabase = (database: string) => [database, `${database}-wal`, `${database}-shm`];

const keylessOf = (keys: PutInPlaceSettings['keys']) => keys.filter(({ privateKey }) => !existsSync(privateKey));

/** What is newer than the backup, or means nothing any more without a key that is in no backup. */
function outdated({ places, logs, heads, keys }: PutInPlaceSettings, manifest: BackupManifest): readonly string[] {
  const locks = logs.map((log) => `${log}.lock`);
  const newer = newerThan(manifest, trailFilesIn(places.state, logs)).map((name) => join(places.state, name));
  const headFiles = existsSync(heads) ? readdirSync(heads).map((name) => join(heads, name)) : [];
  const keyless = keylessOf(keys).flatMap(({ publicKey, former }) => (former === undefined ? [publicKey] : []));
  const database = manifest.database === undefined ? [] : besideDatabase(databasePlace(places.state));
  return [...new Set([...database, ...newer, ...locks, ...headFiles, ...keyless])].filter((file) => existsSync(file));
}

async function moveAside(file: string, to: string): Promise<void> {
  const name = basename(file);
  const target = existsSync(join(to, name)) ? join(to, `${basename(dirname(file))}-${name}`) : join(to, name);
  await moveEntry(file, target);
  await syncFolder(dirname(file));
}

async function placeDatabase({ state, copy }: BackupPlaces): Promise<void> {
  const database = databasePlace(state);
  await moveEntry(copy, database);
  await syncFolder(dirname(copy));
  if (process.geteuid?.() !== 0) return;
  const { uid, gid } = statSync(dirname(database));
  lchownSync(database, uid, gid);
}

/** The word of this restore; where a start before was cut off, what that one had said already. */
function wordOf({ places, now }: PutInPlaceSettings, { id: backup, takenAt }: BackupManifest): Restored {
  const before = readRestored(places);
  if (before?.backup === backup) return before;
  const at = now().toISOString();
  const folder = `before-restore-${at.replaceAll(/[-:]|\.\d+/g, '')}`;
  return { id: `restore-${randomBytes(6).toString('hex')}`, backup, takenAt, at, folder, setAside: [] };
}

/**
 * Before the server starts: where a backup was put back, its copy of the database becomes the database, and what is newer is set aside, by name.
 * From then on nothing runs until somebody says that the vessel may go on from there. What a backup that was cut off has left is removed, and puts
 * nothing back. A start that is cut off is taken up by the next one. Throws BACKUP_FAILED where what was put back is not whole: then nothing was changed.
 */
export async function putInPlace(settings: PutInPlaceSettings): Promise<Restored | undefined> {
  const { places } = settings;
  const staged = readStaged(places);
  if (staged.kind === 'left') await clearStaging(places);
  if (staged.kind === 'unreadable') throw refuse(`${places.manifest} cannot be read`);
  if (staged.kind !== 'restored') return undefined;
  const { manifest } = staged;
  const word = wordOf(settings, manifest);
  const isPlaced = word.setAside.length > 0 && !existsSync(places.copy);
  if (!isPlaced) await assertWhole(settings, manifest);
  const files = outdated(settings, manifest).filter((file) => !isPlaced || !file.startsWith(databasePlace(places.state)));
  const names = files.map((file) => relative(places.state, file));
  const restored = { ...word, setAside: [...new Set([...word.setAside, ...names])] };
  // First the word that nothing runs, then the moves: a crash in between leaves a vessel that stands.
  await replaceFile(places.restored, JSON.stringify(restored), { mode: 0o644 });
  const folder = join(places.state, word.folder);
  await makeFolder(folder, 0o750);
  for (const file of files) await moveAside(file, folder);
  for (const { publicKey, former } of keylessOf(settings.keys))
    if (former !== undefined && existsSync(publicKey)) await moveEntry(publicKey, former(word.id));
  if (manifest.database !== undefined && !isPlaced) await placeDatabase(places);
  rmSync(places.manifest, { force: true });
  return restored;
}
