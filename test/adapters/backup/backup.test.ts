import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from '@jest/globals';
import { inScratch, readBackedUp } from '../../../src/adapters/backup/look-into.js';
import { makeBackup } from '../../../src/adapters/backup/make-backup.js';
import { makePassword } from '../../../src/adapters/backup/password.js';
import { backupPlaces } from '../../../src/adapters/backup/places.js';
import type { Restic } from '../../../src/adapters/backup/restic.js';
import { createRestic } from '../../../src/adapters/backup/restic.js';
import { describeWithTools } from '../../support/backup/tools.js';
import { aFolder, fill } from '../../support/folders.js';

const root = aFolder();
const state = join(root, 'state');
const passwordFile = join(root, 'password');
const repository = join(root, 'repository');
const restic = (change = {}) => createRestic({ repository, passwordFile, state, ...change });
const places = backupPlaces(state);
const settings = {
  ...{ places, vessel: 'janus-test', logs: [join(state, 'proposals.jsonl')], restic: restic(), now: () => new Date() },
  excludes: [join(state, 'temporal.db'), places.making, '*.key'],
};

describeWithTools('a backup with restic (spec D3)', () => {
  beforeAll(async () => {
    fill(state, { 'proposals.jsonl': 'one\n', 'keys/permit.key': 'private', 'keys/permit.pub': 'public' });
    execFileSync('sqlite3', [join(state, 'temporal.db'), 'PRAGMA journal_mode=WAL; CREATE TABLE t(i); INSERT INTO t VALUES(7);']);
    await makePassword(passwordFile);
    await restic().init();
  });

  it('holds the database as one file, and no private key; nothing of it stays', async () => {
    const outcome = await makeBackup(settings, 'backup-0000000000000001');
    expect(outcome).toMatchObject({ id: 'backup-0000000000000001', database: true });
    expect([places.manifest, places.copy, places.making].filter((file) => existsSync(file))).toEqual([]);
    await inScratch(async (folder) => {
      await restic().restore('latest', folder);
      const { manifest, database } = await readBackedUp(folder);
      expect([manifest?.trail, database]).toEqual([['proposals.jsonl'], 'whole']);
      expect(execFileSync('sqlite3', [join(folder, 'backup/copy/temporal.db'), 'SELECT i FROM t'], { encoding: 'utf8' })).toBe('7\n');
      expect(readdirSync(join(folder, 'keys'))).toEqual(['permit.pub']);
    });
  });

  it('is made anew where a file of the trail was closed meanwhile: it would hold two moments', async () => {
    const closed = join(state, 'proposals.000000000000.20260101.jsonl');
    let isFirst = true;
    const closing: Restic = {
      ...restic(),
      backup: async (options) => {
        const summary = await restic().backup(options);
        if (isFirst) renameSync(join(state, 'proposals.jsonl'), closed);
        if (isFirst) writeFileSync(join(state, 'proposals.jsonl'), 'two\n');
        isFirst = false;
        return summary;
      },
    };
    const before = (await restic().snapshots('janus-test')).length;
    const { snapshot } = await makeBackup({ ...settings, restic: closing }, 'backup-0000000000000002');
    const after = await restic().snapshots('janus-test');
    expect([after.length, after.at(-1)?.id]).toEqual([before + 1, snapshot]);
    rmSync(closed);
  });

  it('is not made while another one is, nor over one that was put back', async () => {
    writeFileSync(
      places.making,
      JSON.stringify({ id: 'backup-1', pid: process.pid, startTicks: readFileSync('/proc/self/stat', 'utf8').split(' ')[21] }),
    );
    await expect(makeBackup(settings, 'backup-0000000000000003')).rejects.toThrow(/another backup is being made/);
    rmSync(places.making);
    writeFileSync(places.manifest, '{');
    await expect(makeBackup(settings, 'backup-0000000000000003')).rejects.toThrow(/a backup was put back/);
    rmSync(places.manifest);
  });

  it.each<[string, object, RegExp]>([
    ['there is no repository', { repository: join(root, 'nowhere') }, /there is no repository at .*nowhere: is it mounted\?/],
    ['the password is another', { passwordFile: join(root, 'wrong') }, /does not open/],
  ])('says why none was made, and leaves nothing: %s', async (_, change, words) => {
    writeFileSync(join(root, 'wrong'), 'wrong\n');
    await expect(makeBackup({ ...settings, restic: restic(change) }, 'backup-0000000000000004')).rejects.toThrow(words);
    expect(readdirSync(places.folder)).toEqual(['copy']);
  });
});
