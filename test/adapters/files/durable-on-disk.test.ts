import { chmodSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { appendText, createFile, makeFolder, moveEntry, replaceFile, syncFile } from '../../../src/adapters/files/durable.js';
import { useFolders } from '../../support/folders.js';
import { itOnSmallDisk } from '../../support/sandbox/full-disk.js';

const folder = useFolders();
const before = 'what was there before';
const mode = 0o600;

describe('on a real disk', () => {
  it('gives files and folders the modes that were asked for, and no link is followed to another place', async () => {
    const here = folder();
    const at = join(here, 'a', 'b', 'file');
    await makeFolder(dirname(at), 0o750);
    expect(await createFile(at, 'one', { mode: 0o640 })).toBe(true);
    expect(await createFile(at, 'two', { mode: 0o640 })).toBe(false);
    expect([readFileSync(at, 'utf8'), statSync(at).mode & 0o777, statSync(dirname(at)).mode & 0o777]).toEqual(['one', 0o640, 0o750]);
    await replaceFile(at, 'three', { mode, adjust: (descriptor) => chmodSync(`/proc/self/fd/${descriptor}`, 0o604) });
    expect([readFileSync(at, 'utf8'), statSync(at).mode & 0o777]).toEqual(['three', 0o604]);
    await appendText(at, ', four', { mode });
    await syncFile(at);
    expect([readFileSync(at, 'utf8'), readdirSync(dirname(at))]).toEqual(['three, four', ['file']]);
    symlinkSync(at, join(here, 'link'));
    await replaceFile(join(here, 'link'), 'no link', { mode });
    symlinkSync(at, join(here, 'another link'));
    await expect(appendText(join(here, 'another link'), 'x', { mode })).rejects.toMatchObject({ code: 'ELOOP' });
    expect([readFileSync(at, 'utf8'), readFileSync(join(here, 'link'), 'utf8')]).toEqual(['three, four', 'no link']);
  });

  it('moves a folder over an empty one, and over no other', async () => {
    const here = folder();
    for (const name of ['made', 'free', 'taken']) mkdirSync(join(here, name));
    writeFileSync(join(here, 'made', 'file'), 'content');
    writeFileSync(join(here, 'taken', 'file'), 'theirs');
    await expect(moveEntry(join(here, 'made'), join(here, 'taken'))).rejects.toMatchObject({ code: 'ENOTEMPTY' });
    await moveEntry(join(here, 'made'), join(here, 'free'));
    expect(readFileSync(join(here, 'free', 'file'), 'utf8')).toBe('content');
    expect(readdirSync(here).sort()).toEqual(['free', 'taken']);
  });
});

itOnSmallDisk('a disk that is really full keeps what was there, whole, and takes it when there is room (spec Q4a)', 64, async (disk) => {
  const at = join(disk, 'file');
  await replaceFile(at, before, { mode });
  const large = 'x'.repeat(60 * 1_024);
  await replaceFile(join(disk, 'filler'), 'y'.repeat(40 * 1_024), { mode });
  for (const write of [() => replaceFile(at, large, { mode }), () => createFile(join(disk, 'claim'), large, { mode })])
    await expect(write()).rejects.toMatchObject({ code: 'ENOSPC', message: expect.stringContaining(disk) });
  expect(readFileSync(at, 'utf8')).toBe(before);
  expect(readdirSync(disk).sort()).toEqual(['file', 'filler']);
  rmSync(join(disk, 'filler'));
  await replaceFile(at, 'y'.repeat(40 * 1_024), { mode });
  expect(statSync(at).size).toBe(40 * 1_024);
});
