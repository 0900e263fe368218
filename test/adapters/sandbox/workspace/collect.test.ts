import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { linkSync, lstatSync, mkdirSync, readFileSync, readdirSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { collect } from '../../../../src/adapters/sandbox/workspace/collect.js';
import { holdFolder } from '../../../../src/adapters/sandbox/workspace/held-folder.js';
import { removeWorkspace } from '../../../../src/adapters/sandbox/upkeep/remove-workspace.js';
import { useFolders } from '../../../support/folders.js';
import type { Canary } from '../../../support/sandbox/hostile.js';
import { bytesPath, digDeep, hostileShapes, makeFifo, makeSocket, plantCanary } from '../../../support/sandbox/hostile.js';
import { itAsRoot } from '../../../support/root.js';

const folder = useFolders();
let workspace: string;
let canary: Canary;
beforeEach(() => {
  const here = folder();
  canary = plantCanary(here);
  workspace = join(here, 'workspace');
  mkdirSync(workspace);
});
const at = (name: string) => join(workspace, name);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const canaryHashes = ['canary\n', 'inner canary\n'].map(sha256);

it('lets others have their turn, also among thousands of names that need no reading (spec X10)', async () => {
  for (let number = 0; number < 2_000; number += 1) symlinkSync('nowhere', at(String(number)));
  let turns = 0;
  const turn = () => {
    turns += 1;
    turning = setImmediate(turn);
  };
  let turning = setImmediate(turn);
  expect((await collect(workspace)).leftOutCount).toBe(2_000);
  clearImmediate(turning);
  expect(turns).toBeGreaterThanOrEqual(2_000 / 64);
});

describe('collect (spec X10)', () => {
  it('lists regular files in the order of their names, with sizes and hashes, and changes nothing', async () => {
    mkdirSync(at('b'));
    for (const [name, text] of [
      ['c', 'see'],
      ['b/y', ''],
      ['b/x', 'ex'],
      ['a', 'ay'],
    ] as const)
      writeFileSync(at(name), text);
    const before = readFileSync(at('c')).toString();
    expect(await collect(workspace)).toEqual({
      files: [
        { path: 'a', bytes: 2, sha256: sha256('ay') },
        { path: 'b/x', bytes: 2, sha256: sha256('ex') },
        { path: 'b/y', bytes: 0, sha256: sha256('') },
        { path: 'c', bytes: 3, sha256: sha256('see') },
      ],
      leftOut: [],
      leftOutCount: 0,
      bytes: 7,
    });
    expect(readFileSync(at('c')).toString()).toBe(before);
  });

  it.each(hostileShapes)('takes nothing from outside, and comes back: $name', async ({ make, isThere }) => {
    make(workspace, canary.folder);
    expect(isThere(workspace)).toBe(true);
    const { files, bytes } = await collect(workspace);
    expect(files.filter(({ sha256 }) => canaryHashes.includes(sha256))).toEqual([]);
    expect(bytes).toBeLessThan(1_000);
    canary.check();
    // No plain removal gets there.
    await removeWorkspace(workspace, lstatSync(workspace));
  });

  it.each([
    ['a link to a file', () => symlinkSync(`${canary.folder}/file`, at('x')), 'a link'],
    ['a link to a folder', () => symlinkSync(canary.folder, at('x')), 'a link'],
    ['a link to nowhere', () => symlinkSync('/no/such', at('x')), 'a link'],
    ['a link to itself', () => symlinkSync('x', at('x')), 'a link'],
    ['a link to the memory of this process', () => symlinkSync('/proc/self/environ', at('x')), 'a link'],
    ['a hard link to a file outside', () => linkSync(`${canary.folder}/file`, at('x')), 'it has 2 names (hard links)'],
    ['a named pipe that nobody writes to', () => makeFifo(at('x')), 'a named pipe'],
    ['a socket', () => makeSocket(at('x')), 'a socket'],
    ['a sparse file of a terabyte', () => execFileSync('truncate', ['-s', '1T', at('x')]), '1099511627776 bytes, 268435456 are allowed'],
  ])('leaves out %s, and says why', async (_, make, why) => {
    make();
    writeFileSync(at('z'), 'taken');
    const { files, leftOut } = await collect(workspace);
    expect([files.map(({ path }) => path), leftOut]).toEqual([['z'], [{ path: 'x', why }]]);
    canary.check();
  });

  itAsRoot('leaves out a device', async () => {
    execFileSync('mknod', [at('x'), 'c', '1', '5']);
    expect((await collect(workspace)).leftOut).toEqual([{ path: 'x', why: 'a device' }]);
  });

  itAsRoot('does not enter a mount, of the same device or another', async () => {
    for (const [name, ...args] of [
      ['bound', '--bind', canary.folder],
      ['tmp', '-t', 'tmpfs', 'none'],
    ] as const) {
      mkdirSync(at(name));
      execFileSync('mount', [...args, at(name)]);
    }
    try {
      expect(readFileSync(at('bound/file'), 'utf8')).toBe('canary\n');
      const { files, leftOut } = await collect(workspace);
      const why = 'something is mounted there';
      expect([files, leftOut]).toEqual([
        [],
        [
          { path: 'bound', why },
          { path: 'tmp', why },
        ],
      ]);
    } finally {
      for (const name of ['bound', 'tmp']) execFileSync('umount', [at(name)]);
    }
  });

  it('shows names as they are, never as the terminal would take them', async () => {
    writeFileSync(bytesPath(workspace, 0xff, 0x1b, 0x5b, 0x32, 0x4a), '');
    writeFileSync(at('a\nb'), '');
    mkdirSync(at('\u202egnp'));
    writeFileSync(at('\u202egnp/x'), '');
    const { files } = await collect(workspace);
    expect(files.map(({ path }) => path)).toEqual(['a⟦U+000A⟧b', '⟦U+202E⟧gnp/x', '⟦0xFF⟧⟦U+001B⟧[2J']);
  });

  it('keeps to its bounds, and says what it left out for them', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) writeFileSync(at(name), '12345');
    digDeep(workspace, 3, 'f');
    const why = async (bounds: Parameters<typeof collect>[1]) =>
      (await collect(workspace, bounds)).leftOut.map((each) => `${each.path}: ${each.why}`);
    expect(await why({ filesMax: 5 })).toEqual(['f/f/f/bottom: more than 5 files']);
    expect(await why({ fileBytesMax: 5 })).toEqual(['f/f/f/bottom: 6 bytes, 5 are allowed']);
    expect(await why({ totalBytesMax: 30 })).toEqual(['f/f/f/bottom: more than 30 bytes in all']);
    expect(await why({ depthMax: 2 })).toEqual(['f/f/f: deeper than 2 folders']);
    expect(await why({ entriesMax: 4 })).toEqual(['.: more than 4 entries: the rest was not looked at']);
    expect(await collect(workspace, { filesMax: 0, leftOutMax: 2 })).toMatchObject({
      leftOutCount: 6,
      leftOut: [{ path: 'a' }, { path: 'b' }],
    });
  });

  it('looks at no more than its bound of a folder without end', async () => {
    execFileSync('/usr/bin/python3', [
      '-c',
      'import os,sys\nos.chdir(sys.argv[1])\nfor f in range(20000): open(f"{f}","w").close()',
      workspace,
    ]);
    const { files, leftOut } = await collect(workspace, { entriesMax: 1_000 });
    expect([files.length, leftOut.length]).toEqual([1_000, 1]);
  });

  it('leaves no descriptor open, and ends when it is told to', async () => {
    digDeep(workspace, 80, 'n');
    const open = () =>
      readdirSync('/proc/self/fd').filter((fd) => {
        try {
          return readlinkSync(`/proc/self/fd/${fd}`).startsWith(workspace);
        } catch {
          return false;
        }
      });
    const held = holdFolder(workspace);
    expect(open()).toHaveLength(1);
    held.close();
    await collect(workspace);
    await expect(collect(workspace, {}, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
    expect(open()).toEqual([]);
  });

  it('refuses a link and a file in the place of the workspace', async () => {
    symlinkSync(canary.folder, at('link'));
    for (const name of ['link', '../canary/file']) await expect(collect(at(name))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });
});
