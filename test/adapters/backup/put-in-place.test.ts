import { existsSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { backupPlaces } from '../../../src/adapters/backup/places.js';
import { putInPlace } from '../../../src/adapters/backup/put-in-place.js';
import { readRestored } from '../../../src/adapters/backup/restored-word.js';
import { beginMaking, readStaged, stageManifest } from '../../../src/adapters/backup/staging.js';
import { sha256 } from '../../../src/adapters/files/sha256.js';
import type { BackupManifest } from '../../../src/domain/backup/manifest.js';
import { fill, useFolders } from '../../support/folders.js';

const folder = useFolders();
const manifest: BackupManifest = {
  ...{ id: 'backup-0123456789abcdef', vessel: 'janus-test', takenAt: '2026-01-02T03:04:05.678Z' },
  ...{ trail: ['proposals.jsonl'], database: { sha256: sha256('the copy'), bytes: 8 } },
};

/** A folder of state into which a backup was put back, over what was there. */
function putBack(change: Readonly<Record<string, string>> = {}) {
  const state = fill(folder(), {
    'backup/taken.json': JSON.stringify(manifest),
    'backup/copy/temporal.db': 'the copy',
    'temporal.db': 'newer',
    'temporal.db-wal': 'of the newer one',
    'proposals.jsonl': 'as it was',
    'proposals.000000000007.20260102.jsonl': 'begun since',
    'proposals.jsonl.lock': 'vouches for more',
    'heads/proposals.head': 'of more',
    'keys/permit.pub': 'of a key that is gone',
    'hands/hands.pub': 'of another',
    ...change,
  });
  const places = backupPlaces(state);
  const settings = {
    ...{ places, vessel: 'janus-test', logs: [join(state, 'proposals.jsonl')], heads: join(state, 'heads') },
    keys: [
      {
        ...{ privateKey: join(state, 'keys/permit.key'), publicKey: join(state, 'keys/permit.pub') },
        former: (name: string) => join(state, `keys/permit-${name}.pub`),
      },
      { privateKey: join(state, 'hands/hands.key'), publicKey: join(state, 'hands/hands.pub') },
    ],
    now: () => new Date('2026-01-03T00:00:00.000Z'),
  };
  const read = (name: string) => (existsSync(join(state, name)) ? readFileSync(join(state, name), 'utf8') : undefined);
  return { state, places, settings, read };
}

describe('a backup that was put back (spec D3)', () => {
  it('its database becomes the database; what is newer lies aside, by name', async () => {
    const { settings, places, read } = putBack();
    const restored = await putInPlace(settings);
    expect(restored?.setAside.toSorted()).toEqual([
      ...['hands/hands.pub', 'heads/proposals.head', 'proposals.000000000007.20260102.jsonl', 'proposals.jsonl.lock'],
      ...['temporal.db', 'temporal.db-wal'],
    ]);
    expect([read('keys/permit.pub'), read(`keys/permit-${restored?.id}.pub`)]).toEqual([undefined, 'of a key that is gone']);
    expect(read('temporal.db')).toBe('the copy');
    expect(read('temporal.db-wal')).toBeUndefined();
    expect(read('proposals.jsonl')).toBe('as it was');
    expect(read('before-restore-20260103T000000Z/temporal.db')).toBe('newer');
    expect(readRestored(places)).toEqual(restored);
    expect(readStaged(places)).toEqual({ kind: 'nothing' });
  });

  it('a key whose private half is there goes on', async () => {
    const { settings, read } = putBack({ 'keys/permit.key': 'private' });
    await putInPlace(settings);
    expect(read('keys/permit.pub')).toBe('of a key that is gone');
  });

  it('a start that was cut off is taken up, wherever it was', async () => {
    const { settings, places, read, state } = putBack();
    const first = await putInPlace(settings);
    // As if the power had gone before the last step, and again before the database was moved.
    writeFileSync(places.manifest, JSON.stringify(manifest));
    expect(await putInPlace(settings)).toEqual(first);
    expect(read('temporal.db')).toBe('the copy');
    fill(state, { 'backup/taken.json': JSON.stringify(manifest), 'backup/copy/temporal.db': 'the copy' });
    rmSync(join(state, 'temporal.db'));
    expect((await putInPlace(settings))?.id).toBe(first?.id);
    expect(read('temporal.db')).toBe('the copy');
  });

  it.each<[string, Readonly<Record<string, string>>, RegExp]>([
    ['of another vessel', { 'backup/taken.json': JSON.stringify({ ...manifest, vessel: 'another' }) }, /a backup of another/],
    ['with a damaged copy', { 'backup/copy/temporal.db': 'the cop' }, /is not the copy that was backed up/],
    ['with a manifest that cannot be read', { 'backup/taken.json': '{' }, /cannot be read/],
  ])('changes nothing, and no server starts: one %s', async (_, change, words) => {
    const { settings, places, read } = putBack(change);
    await expect(putInPlace(settings)).rejects.toThrow(words);
    expect(read('temporal.db')).toBe('newer');
    expect(existsSync(places.restored)).toBe(false);
  });

  it('what a backup that was cut off has left puts nothing back, and is gone', async () => {
    const { settings, places, read, state } = putBack();
    rmSync(places.manifest);
    await beginMaking(places, manifest.id);
    await stageManifest(places, manifest);
    // Its maker is gone.
    writeFileSync(places.making, readFileSync(places.making, 'utf8').replace(/"startTicks":"\d+"/, '"startTicks":"1"'));
    expect(readStaged(places)).toEqual({ kind: 'left' });
    expect(await putInPlace(settings)).toBeUndefined();
    expect([read('temporal.db'), existsSync(places.manifest), existsSync(join(state, 'restored.json'))]).toEqual(['newer', false, false]);
  });

  it('the same backup, put back over what was left of it, is a restore', async () => {
    const { places, settings } = putBack();
    rmSync(places.manifest);
    await beginMaking(places, manifest.id);
    await stageManifest(places, manifest);
    writeFileSync(places.making, readFileSync(places.making, 'utf8').replace(/"startTicks":"\d+"/, '"startTicks":"1"'));
    // restic writes the file anew, and gives it its time back.
    writeFileSync(places.manifest, JSON.stringify(manifest));
    utimesSync(places.manifest, 1, 1);
    expect(readStaged(places).kind).toBe('restored');
    expect((await putInPlace(settings))?.backup).toBe(manifest.id);
  });
});
