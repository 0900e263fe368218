import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, lstatSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Account } from '../../../../src/adapters/sandbox/profile/account.js';
import { currentActionAccount } from '../../../../src/adapters/sandbox/profile/account.js';
import { refusedFile } from '../../../../src/adapters/sandbox/contract/unavailable.js';
import { createSandbox } from '../../../../src/adapters/sandbox/run/create-sandbox.js';
import { adoptWorkspace, prepareWorkspace, whyNoWorkspaces } from '../../../../src/adapters/sandbox/workspace/workspace.js';
import { useFolders } from '../../../support/folders.js';
import { itAsRoot } from '../../../support/root.js';
import { bwrapPath } from '../../../support/sandbox/sandboxes.js';

const folder = useFolders();
const account: Account = currentActionAccount('janus-no-such-account');
const id = 'janus-0123456789ab';
const unavailable = { code: 'SANDBOX_UNAVAILABLE' };
const own = { uid: process.getuid!(), gid: process.getgid!() };

let here: string;
beforeEach(() => {
  here = folder();
  chmodSync(here, 0o711);
});

describe('prepareWorkspace (spec X2)', () => {
  it('makes the workspace for the account alone, and beside it the outputs for the worker alone', async () => {
    const root = join(here, 'deep', 'workspaces');
    mkdirSync(join(here, 'deep'), { mode: 0o711 });
    const workspace = await prepareWorkspace(root, id, account);
    expect(workspace).toBe(join(root, `uid-${account.uid}`, id));
    const outputs = join(root, `${id}.output`);
    expect(statSync(workspace)).toMatchObject({ uid: account.uid, gid: account.gid });
    expect(statSync(outputs)).toMatchObject(own);
    expect(statSync(join(root, `uid-${account.uid}`))).toMatchObject({ uid: account.uid, gid: account.gid });
    for (const path of [workspace, outputs, join(root, `uid-${account.uid}`)]) expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(await prepareWorkspace(root, id, account)).toBe(workspace);
  });

  it('opens one again that an action closed, or opened to others', async () => {
    const workspace = await prepareWorkspace(here, id, account);
    for (const mode of [0, 0o777, 0o500]) {
      chmodSync(workspace, mode);
      await prepareWorkspace(here, id, account);
      expect(statSync(workspace).mode & 0o777).toBe(0o700);
    }
  });

  it.each(['', '.', '..', '../etc', '/etc', 'janus-0123456789ab/..', 'janus-0123456789ab\0', 'janus-0123456789AB', 'janus-0123456789abc'])(
    'refuses the name %j and makes nothing',
    async (name) => {
      await expect(prepareWorkspace(join(here, 'w'), name, account)).rejects.toThrow(TypeError);
      expect(readdirSync(here)).toEqual([]);
    },
  );

  it.each([
    ['a link to a folder', (path: string) => symlinkSync('/tmp', path)],
    ['a link to nowhere', (path: string) => symlinkSync('/no/such', path)],
    ['a file', (path: string) => writeFileSync(path, '')],
  ])('refuses %s in its place', async (_, make) => {
    for (const path of [join(here, id), join(here, `uid-${account.uid}`, id), join(here, `${id}.output`)]) {
      make(path);
      await expect(prepareWorkspace(here, id, account)).rejects.toMatchObject(unavailable);
      expect(lstatSync(path).isDirectory()).toBe(false);
      (await import('node:fs')).rmSync(path, { force: true });
    }
  });

  it('refuses one that is there already, whoever made it: it may hold what nobody reviewed (spec X2)', async () => {
    mkdirSync(join(here, id), { mode: 0o700 });
    chownSync(join(here, id), account.uid, account.gid);
    writeFileSync(join(here, id, 'planted'), '');
    for (let attempt = 0; attempt < 2; attempt += 1)
      await expect(prepareWorkspace(here, id, account)).rejects.toMatchObject({
        ...unavailable,
        message: expect.stringContaining('Janus did not make it'),
      });
    expect(readdirSync(here)).toEqual([id, `uid-${account.uid}`]);
    rmSync(join(here, id), { recursive: true });
    expect(readdirSync(await prepareWorkspace(here, id, account))).toEqual([]);
  });

  it('brings along a workspace from before there was a folder around them, with all that is in it', async () => {
    const former = join(here, id);
    for (const path of [former, `${former}.output`]) mkdirSync(path, { mode: 0o700 });
    writeFileSync(join(former, 'kept'), 'x');
    chownSync(former, account.uid, account.gid);
    const workspace = await prepareWorkspace(here, id, account);
    expect(readdirSync(workspace)).toEqual(['kept']);
    expect(readdirSync(here)).toEqual([`${id}.output`, `uid-${account.uid}`]);
    expect(await prepareWorkspace(here, id, account)).toBe(workspace);
  });

  it('closes the folder around them again, and refuses one of somebody else', async () => {
    const around = dirname(await prepareWorkspace(here, id, account));
    chmodSync(around, 0o777);
    await prepareWorkspace(here, id, account);
    expect(statSync(around).mode & 0o777).toBe(0o700);
    rmSync(around, { recursive: true });
    symlinkSync('/tmp', around);
    await expect(prepareWorkspace(here, id, account)).rejects.toMatchObject({
      ...unavailable,
      message: expect.stringContaining('someone else'),
    });
    expect(lstatSync(around).isSymbolicLink()).toBe(true);
  });

  itAsRoot('finishes what a crash left before the folder around them was given away', async () => {
    mkdirSync(join(here, `uid-${account.uid}`), { mode: 0o700 });
    expect(statSync(dirname(await prepareWorkspace(here, id, account)))).toMatchObject({ uid: account.uid });
  });

  it('goes on where a crash left the folder of outputs alone', async () => {
    const workspace = await prepareWorkspace(here, id, account);
    rmSync(workspace, { recursive: true });
    expect(await prepareWorkspace(here, id, account)).toBe(workspace);
    expect(readdirSync(workspace)).toEqual([]);
  });

  it.each([
    ['EROFS', 'is on a read-only file system'],
    ['ENOSPC', 'is on a file system that is full'],
    ['EIO', 'the disk fails'],
  ])('says in words what %s is, and what to do', (code, words) => {
    const refused = refusedFile('/srv/w', Object.assign(new Error(code), { code }));
    expect(refused).toMatchObject({ ...unavailable, message: expect.stringContaining(`/srv/w `), next: expect.stringMatching(/.{10}/) });
    expect(refused.message).toContain(words);
  });

  itAsRoot('refuses a read-only disk in words, and says so before anything is proposed (spec O3)', async () => {
    const disk = join(here, 'disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k,mode=711', 'none', disk]);
    try {
      expect(whyNoWorkspaces(join(disk, 'w', 'x'))).toBeUndefined();
      execFileSync('mount', ['-o', 'remount,ro', disk]);
      await expect(prepareWorkspace(join(disk, 'w'), id, account)).rejects.toMatchObject({
        ...unavailable,
        message: `${join(disk, 'w')} is on a read-only file system`,
        next: expect.stringContaining('sandbox.root'),
      });
      expect(whyNoWorkspaces(join(disk, 'w', 'x'))?.message).toContain('read-only');
      const sandbox = createSandbox({ bwrapPath, workspacesRoot: join(disk, 'w'), account: 'janus-no-such-account' });
      expect(await sandbox.inspect()).toMatchObject({ ok: false, problems: [{ what: expect.stringContaining('read-only') }] });
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  it('refuses a folder of somebody else in its place', async () => {
    mkdirSync(join(here, id));
    const other = { ...account, uid: own.uid + 1, gid: own.gid + 1 };
    await expect(prepareWorkspace(here, id, other)).rejects.toMatchObject({
      ...unavailable,
      message: expect.stringContaining('someone else'),
    });
    expect(statSync(join(here, id))).toMatchObject(own);
  });

  it('refuses a parent that the account cannot traverse, and says what to type', async () => {
    const closed = join(here, 'closed');
    mkdirSync(closed);
    chmodSync(closed, 0o700);
    const root = join(closed, 'workspaces');
    const other = { ...account, uid: 54_321, gid: 54_321 };
    await expect(prepareWorkspace(root, id, other)).rejects.toMatchObject({
      ...unavailable,
      next: expect.stringContaining(`chmod o+x ${closed}`),
    });
    expect(readdirSync(root)).toEqual([]);
  });
});

describe('adoptWorkspace', () => {
  const make = (path: string, uid = account.uid) => {
    mkdirSync(path);
    if (own.uid === 0) chownSync(path, uid, uid);
    return path;
  };

  it('takes a folder of the account', async () => {
    const path = make(join(here, 'mine'));
    expect(await adoptWorkspace(path, account)).toBe(path);
  });

  it('refuses a link, a file, and the folder of somebody else', async () => {
    make(join(here, 'mine'));
    symlinkSync('mine', join(here, 'link'));
    writeFileSync(join(here, 'file'), '');
    for (const name of ['link', 'file']) await expect(adoptWorkspace(join(here, name), account)).rejects.toMatchObject(unavailable);
    const foreign = adoptWorkspace(join(here, 'mine'), { ...account, uid: account.uid + 1 });
    await expect(foreign).rejects.toMatchObject({ ...unavailable, next: `chown ${account.uid + 1} ${join(here, 'mine')}` });
    await expect(adoptWorkspace(join(here, 'none'), account)).rejects.toThrow('ENOENT');
  });
});
