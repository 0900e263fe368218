import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { watchDisk } from '../support/files/watched-disk.js';
import { useFolders } from '../support/folders.js';

const folder = useFolders();
const disk = watchDisk();
afterEach(() => disk.forget());

const { putInPlace, writeDurably } = await import('../../scripts/lib/durable.mjs');
const { ensureHome } = await import('../../scripts/lib/home.mjs');
const { createProcessNotes } = await import('../../scripts/lib/leftovers.mjs');
const { writeProfile } = await import('../../scripts/lib/dev-server.mjs');

describe('what npm start writes outlasts a power cut (spec Q4h)', () => {
  it.each<readonly [string, (home: string) => unknown, number]>([
    ['its configuration', ensureHome, 5],
    ['the notes of its processes', (home) => createProcessNotes(home).note('server', process.pid), 1],
    ['the profile of the server', (home) => writeProfile(home, { address: '127.0.0.1:7233', namespace: 'default' }), 1],
    [
      'a program that was fetched',
      (home) => {
        writeFileSync(join(home, 'aside'), 'program');
        putInPlace(join(home, 'aside'), join(home, 'program'));
      },
      1,
    ],
  ])('%s', (_, write, files) => {
    const home = folder();
    write(home);
    expect(readdirSync(home)).toHaveLength(files);
    expect([disk.losses(home), disk.early]).toEqual([[], []]);
  });

  it('and nothing is left where it cannot be written', () => {
    const home = folder();
    mkdirSync(join(home, 'file'));
    writeFileSync(join(home, 'file', 'x'), '');
    expect(() => writeDurably(join(home, 'file'), 'text')).toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
    expect(readdirSync(home)).toEqual(['file']);
    writeDurably(join(home, 'other'), 'text');
    expect(readFileSync(join(home, 'other'), 'utf8')).toBe('text');
  });
});
