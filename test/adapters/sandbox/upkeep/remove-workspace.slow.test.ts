import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { finishRemovals, removeWorkspace } from '../../../../src/adapters/sandbox/upkeep/remove-workspace.js';
import { endOf, useChild } from '../../../support/children.js';
import { useFolders } from '../../../support/folders.js';
import type { Canary } from '../../../support/sandbox/hostile.js';
import { canBeImmutable, digDeep, hostileShapes, plantCanary } from '../../../support/sandbox/hostile.js';
import { soon } from '../../../support/soon.js';
import { itAsRoot } from '../../../support/root.js';

const folder = useFolders();
const child = useChild('remove-workspace');
const strangerUid = 61_999;
let root: string;
let workspace: string;
let canary: Canary;
beforeEach(() => {
  const here = folder();
  chmodSync(here, 0o711);
  canary = plantCanary(here);
  root = join(here, 'workspaces');
  workspace = join(root, 'janus-0123456789ab');
  mkdirSync(join(root, 'janus-00000000000a'), { recursive: true });
  writeFileSync(join(root, 'janus-00000000000a', 'other'), 'other');
  mkdirSync(workspace);
});

/** Only the workspace is gone: the other one, and what lies outside, is as it was. */
function expectOnlyItIsGone(): void {
  expect(readdirSync(root)).toEqual(['janus-00000000000a']);
  expect(readdirSync(join(root, 'janus-00000000000a'))).toEqual(['other']);
  canary.check();
}

const remove = (bounds = {}) => removeWorkspace(workspace, lstatSync(workspace), bounds);

describe('removeWorkspace', () => {
  it.each(hostileShapes)('removes $name', async ({ make, isThere }) => {
    make(workspace, canary.folder);
    expect(isThere(workspace)).toBe(true);
    expect(await remove()).toMatchObject({ done: true, problems: [] });
    expectOnlyItIsGone();
  });

  itAsRoot.each(hostileShapes.filter(({ name }) => !name.includes('hard link')))(
    'its owner, who is not root, removes $name',
    async ({ make, isThere }) => {
      make(workspace, canary.folder);
      expect(isThere(workspace)).toBe(true);
      for (const path of [root, workspace]) execFileSync('chown', ['-R', '-h', '-P', `${strangerUid}:${strangerUid}`, path]);
      const { messages } = await endOf(child.startAs(strangerUid, workspace));
      expect(messages).toMatchObject([{ uid: strangerUid, done: true, problems: [] }]);
      expectOnlyItIsGone();
    },
  );

  itAsRoot('root removes what belongs to another account', async () => {
    for (const { make } of hostileShapes.filter(({ name }) => !name.includes('nobody may enter'))) make(workspace, canary.folder);
    execFileSync('chown', ['-R', '-h', '-P', `${strangerUid}:${strangerUid}`, workspace]);
    // The hard link has given the canary away: that was this test's own doing.
    execFileSync('chown', ['0:0', join(canary.folder, 'file')]);
    expect(await remove()).toMatchObject({ done: true, problems: [] });
    expectOnlyItIsGone();
  });

  it('removes 30,000 entries, and lets others work meanwhile', async () => {
    execFileSync('/usr/bin/python3', [
      '-c',
      'import os,sys\nos.chdir(sys.argv[1])\nfor d in range(15):\n os.mkdir(f"d{d}")\n for f in range(1000): open(f"d{d}/{f}","w").close()\nfor f in range(15000): open(f"{f}","w").close()',
      workspace,
    ]);
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 5);
    expect(await remove()).toMatchObject({ done: true, removed: 30_016 });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(3);
    expectOnlyItIsGone();
  });

  it('removes a tree of 4,000 levels', async () => {
    digDeep(workspace, 4_000, 'n');
    expect(await remove()).toMatchObject({ done: true, removed: 4_002 });
    expectOnlyItIsGone();
  });

  it('does no more than its share, hides what is left at once, and goes on later', async () => {
    for (let index = 0; index < 30; index += 1) {
      mkdirSync(join(workspace, String(index)));
      writeFileSync(join(workspace, String(index), 'file'), '');
    }
    expect(await remove({ entriesMax: 10 })).toMatchObject({ done: false, problems: [] });
    expect(readdirSync(root)).toEqual([expect.stringMatching(/^\.janus-removed-[0-9a-f]{16}$/), 'janus-00000000000a']);
    let rounds = 1;
    while (!(await finishRemovals(root, { entriesMax: 10 })).done) rounds += 1;
    expect(rounds).toBeGreaterThan(2);
    expectOnlyItIsGone();
  });

  it('stops where it is told to, and goes on later', async () => {
    writeFileSync(join(workspace, 'file'), '');
    expect(await remove({ signal: AbortSignal.abort() })).toMatchObject({ done: false, removed: 0 });
    expect(existsSync(workspace)).toBe(false);
    expect(await finishRemovals(root)).toMatchObject({ done: true, removed: 2 });
    expectOnlyItIsGone();
  });

  it('goes on after a crash', async () => {
    execFileSync('/usr/bin/python3', [
      '-c',
      'import os,sys\nos.chdir(sys.argv[1])\nfor f in range(60000): open(f"{f}","w").close()',
      workspace,
    ]);
    const process = child.start(workspace);
    const ended = endOf(process);
    await soon(() => !existsSync(workspace));
    process.kill('SIGKILL');
    expect((await ended).messages).toEqual([]);
    expect(readdirSync(root)).toHaveLength(2);
    expect(await finishRemovals(root)).toMatchObject({ done: true });
    expectOnlyItIsGone();
  });

  it('two at once remove it once', async () => {
    for (let index = 0; index < 2_000; index += 1) writeFileSync(join(workspace, String(index)), '');
    const stats = lstatSync(workspace);
    const both = await Promise.all([removeWorkspace(workspace, stats), removeWorkspace(workspace, stats)]);
    expect(both).toEqual([expect.objectContaining({ done: true }), expect.objectContaining({ done: true })]);
    expect(both.map(({ removed }) => removed).sort()).toEqual([0, 2_001]);
    expectOnlyItIsGone();
  });

  it('leaves alone what lies there instead: a link, another folder, a file', async () => {
    const stats = lstatSync(workspace);
    renameSync(workspace, join(root, 'moved'));
    const instead = [() => symlinkSync(canary.folder, workspace), () => mkdirSync(workspace), () => writeFileSync(workspace, '')];
    for (const put of instead) {
      put();
      const before = lstatSync(workspace).ino;
      expect(await removeWorkspace(workspace, stats)).toMatchObject({ done: false, removed: 0, problems: [{ path: workspace }] });
      expect(lstatSync(workspace).ino).toBe(before);
      execFileSync('rm', ['-r', workspace]);
    }
    expect(readdirSync(root).sort()).toEqual(['janus-00000000000a', 'moved']);
    canary.check();
  });

  itAsRoot('enters nothing that is mounted, not even a bind mount of the same device, and says so', async () => {
    mkdirSync(join(workspace, 'a', 'mounted'), { recursive: true });
    writeFileSync(join(workspace, 'file'), '');
    const at = join(workspace, 'a', 'mounted');
    execFileSync('mount', ['--bind', canary.folder, at]);
    try {
      expect(lstatSync(at).dev).toBe(lstatSync(workspace).dev);
      const { done, problems } = await remove();
      expect([done, problems]).toEqual([false, [expect.objectContaining({ what: 'something is mounted there' })]]);
      canary.check();
    } finally {
      execFileSync('sh', ['-c', `umount $(grep -o '${root}[^ ]*' /proc/self/mounts)`]);
    }
    expect(await finishRemovals(root)).toMatchObject({ done: true });
    expectOnlyItIsGone();
  });

  itAsRoot('does not remove a workspace that is a mount itself', async () => {
    execFileSync('mount', ['--bind', canary.folder, workspace]);
    try {
      expect(await remove()).toMatchObject({ done: false, removed: 0, problems: [{ next: expect.stringContaining('umount') }] });
      canary.check();
    } finally {
      execFileSync('umount', [workspace]);
    }
  });

  itAsRoot('removes everything else where a file is immutable, and says what to type', async () => {
    if (!canBeImmutable(root)) return;
    mkdirSync(join(workspace, 'sub'));
    for (const name of ['sub/fixed', 'sub/free', 'free']) writeFileSync(join(workspace, name), '');
    execFileSync('chattr', ['+i', join(workspace, 'sub', 'fixed')]);
    execFileSync('rm', ['-f', join(root, 'immutable-probe')]);
    const { done, problems } = await remove();
    expect(done).toBe(false);
    const fixed = problems[0]?.path ?? '';
    expect([problems.length, existsSync(fixed), problems[0]?.next]).toEqual([1, true, expect.stringContaining('chattr -R -i')]);
    expect(readdirSync(join(fixed, '..'))).toEqual(['fixed']);
    execFileSync('chattr', ['-i', fixed]);
    expect(await finishRemovals(root)).toMatchObject({ done: true });
    expectOnlyItIsGone();
  });

  it('says so when it is gone already, or its folder is', async () => {
    const stats = lstatSync(workspace);
    execFileSync('rmdir', [workspace]);
    expect(await removeWorkspace(workspace, stats)).toEqual({ done: true, removed: 0, problems: [] });
    await expect(removeWorkspace('/no/such/folder', stats)).rejects.toThrow('ENOENT');
  });
});

describe('finishRemovals', () => {
  it('touches only folders of its own names', async () => {
    const names = [
      '.janus-removed-',
      '.janus-removed-0123456789abcdefg',
      'janus-removed-0123456789abcdef',
      '.janus-removed-0123456789ABCDEF',
    ];
    for (const name of names) mkdirSync(join(root, name));
    symlinkSync(canary.folder, join(root, '.janus-removed-0123456789abcdef'));
    writeFileSync(join(root, '.janus-removed-0123456789abcde0'), 'a file');
    const before = readdirSync(root);
    expect(await finishRemovals(root)).toEqual({ done: true, removed: 0, problems: [] });
    expect(readdirSync(root)).toEqual(before);
    canary.check();
  });

  itAsRoot('leaves alone what another account put there', async () => {
    const planted = join(root, '.janus-removed-0123456789abcdef');
    mkdirSync(join(planted, 'inner'), { recursive: true });
    execFileSync('chown', ['1234', planted]);
    expect(await finishRemovals(root)).toMatchObject({ done: true, removed: 0 });
    expect(readdirSync(planted)).toEqual(['inner']);
  });
});
