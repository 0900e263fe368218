import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { currentActionAccount } from '../../src/adapters/sandbox/profile/account.js';
import { itAsRoot } from '../support/root.js';
import type { SandboxBench } from '../support/sandbox/sandboxes.js';
import { describeWithBwrap, openSandboxBench } from '../support/sandbox/sandboxes.js';

/** The owner of a granted folder, and the group that shares it: neither is the account of the actions. */
const owner = { uid: 54_321, gid: 54_321 };
const account = currentActionAccount('janus-no-such-account');

const hasAccessLists = existsSync('/usr/bin/setfacl') || process.env['CI'] !== undefined;
if (!hasAccessLists) process.stderr.write('\nSKIPPED: access lists need setfacl (package acl)\n');
const itWithAccessLists = hasAccessLists ? itAsRoot : it.skip;

describeWithBwrap('what an action leaves in a granted folder (spec U4)', () => {
  let bench: SandboxBench;
  let cases = 0;
  beforeAll(async () => void (bench = await openSandboxBench()));
  afterAll(() => bench.close());
  const aFolder = (of: { uid: number; gid: number }, mode: number) => {
    const path = join(bench.root, `granted-${(cases += 1)}`);
    mkdirSync(path);
    chownSync(path, of.uid, of.gid);
    chmodSync(path, mode);
    return path;
  };
  const leave = (path: string) =>
    bench.run(`cd ${path} && mkdir d && echo report > d/report && echo '#!/bin/sh' > run && chmod +x run`, {
      grants: [{ name: 'shared', path, writable: true }],
    });
  const modes = (path: string) => ['d', 'd/report', 'run'].map((name) => (statSync(join(path, name)).mode & 0o7777).toString(8));
  /** Reads, changes and removes it all, as the owner of the folder. */
  const useAs = ({ uid, gid }: { uid: number; gid: number }, path: string) =>
    execFileSync('/usr/bin/sh', ['-c', `cd ${path} && cat d/report && echo mine >> d/report && echo new > d/new && rm -r d run`], {
      uid,
      gid,
      env: {},
      stdio: ['ignore', 'pipe', 'pipe'],
    }).toString();

  it.each([0o022, 0o077, 0o000])('has the same modes whatever the umask of the worker is (%i)', async (mask) => {
    const path = aFolder(account, 0o755);
    const before = process.umask(mask);
    try {
      expect(await leave(path)).toMatchObject({ exitCode: 0 });
    } finally {
      process.umask(before);
    }
    expect(modes(path)).toEqual(['755', '644', '755']);
  });

  it('is the own of whoever started Janus, where that is not root', async () => {
    const path = aFolder(account, 0o755);
    await leave(path);
    expect(statSync(join(path, 'd/report')).uid).toBe(account.uid);
    if (!account.switches) expect(account.uid).toBe(process.getuid?.());
  });

  itAsRoot('belongs to the account where root did: the owner reads it, and changes nothing of it', async () => {
    const path = aFolder(owner, 0o777);
    await leave(path);
    expect(readFileSync(join(path, 'd/report'), 'utf8')).toBe('report\n');
    expect(() => useAs(owner, path)).toThrow(/Permission denied/);
  });

  itAsRoot('has the group of a set-group-id folder', async () => {
    const path = aFolder({ uid: account.uid, gid: owner.gid }, 0o2775);
    await leave(path);
    expect(['d', 'd/report'].map((name) => statSync(join(path, name)).gid)).toEqual([owner.gid, owner.gid]);
  });

  itWithAccessLists('can be used by the owner and by later actions, with the default access list of docs/sandbox.md', async () => {
    const path = aFolder(owner, 0o755);
    writeFileSync(join(path, 'theirs'), 'before\n');
    chownSync(join(path, 'theirs'), owner.uid, owner.gid);
    const entries = `u:${owner.uid}:rwX,u:${account.uid}:rwX`;
    execFileSync('/usr/bin/setfacl', ['-R', '-m', entries, '-m', entries.replaceAll('u:', 'd:u:'), path]);
    expect(await leave(path)).toMatchObject({ exitCode: 0 });
    const again = `cd ${path} && echo later >> theirs && echo later >> d/report`;
    expect(await bench.run(again, { grants: [{ name: 'shared', path, writable: true }] })).toMatchObject({ exitCode: 0 });
    expect(useAs(owner, path)).toBe('report\nlater\n');
    expect(readFileSync(join(path, 'theirs'), 'utf8')).toBe('before\nlater\n');
  });
});
