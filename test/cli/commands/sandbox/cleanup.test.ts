import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { createStartLedger } from '../../../../src/adapters/ledger/create-start-ledger.js';
import { currentActionAccount } from '../../../../src/adapters/sandbox/profile/account.js';
import { EXIT } from '../../../../src/cli/exit-codes.js';
import { printed } from '../../support/printed.js';
import { useFolders } from '../../../support/folders.js';
import type { Canary } from '../../../support/sandbox/hostile.js';
import { hostileShapes, plantCanary } from '../../../support/sandbox/hostile.js';
import { aClaim, aFinish, goneIdentity } from '../../../support/trail/ledgers.js';
import { describeWithBwrap } from '../../../support/sandbox/sandboxes.js';
import { soon } from '../../../support/soon.js';
import { aConfig, ubos } from '../../support/ubos.js';

const folder = useFolders();
const id = 'janus-0123456789ab';
const account = currentActionAccount('janus-no-such-account');
let home: string;
let workspace: string;
let canary: Canary;
beforeEach(() => {
  home = folder();
  chmodSync(home, 0o711);
  canary = plantCanary(home);
  workspace = join(home, 'workspaces', id);
  mkdirSync(join(workspace, 'inner'), { recursive: true });
  chmodSync(join(home, 'workspaces'), 0o711);
  writeFileSync(join(workspace, 'inner', 'file'), 'x');
  chownSync(workspace, account.uid, account.gid);
  mkdirSync(`${workspace}.output`);
});
const sandbox = (...words: string[]) => ubos(['sandbox', ...words], { config: aConfig({}, home), cwd: home });
const cleanup = (...words: string[]) => sandbox('cleanup', ...words);
const ledger = (self = goneIdentity()) => createStartLedger({ folder: join(home, 'ledger'), self });
const claim = async (finish: boolean, by = ledger()) => {
  await by.claim(id, aClaim('digest'));
  if (finish) await by.finish(id, aFinish());
};

describe('ubos sandbox cleanup (spec X10)', () => {
  it('removes the workspace of an action that has ended, and its outputs', async () => {
    await claim(true);
    expect(await cleanup(workspace)).toEqual({
      code: EXIT.ok,
      stdout: `removed ${workspace} and ${workspace}.output: 4 entries\n`,
      stderr: '',
      untyped: 0,
    });
    expect(readdirSync(join(home, 'workspaces'))).toEqual([]);
  });

  it('--json says the same to programs', async () => {
    await claim(true);
    const { code, stdout } = await cleanup(`workspaces/${id}/`, '--json');
    const value = printed(stdout, 'cleanup');
    expect([code, value]).toEqual([
      EXIT.ok,
      expect.objectContaining({ done: true, removed: 4, paths: [workspace, `${workspace}.output`] }),
    ]);
  });

  it.each(hostileShapes)('removes $name, and nothing outside', async ({ make, isThere }) => {
    await claim(true);
    make(workspace, canary.folder);
    expect(isThere(workspace)).toBe(true);
    expect(await cleanup(workspace)).toMatchObject({ code: EXIT.ok, stderr: '' });
    expect(readdirSync(join(home, 'workspaces'))).toEqual([]);
    canary.check();
  });

  it.each([
    ['interrupted', async () => claim(false), /was interrupted[\s\S]*--force/],
    ['unknown to the ledger', async () => undefined, /does not know[\s\S]*--force/],
  ])('refuses what is %s without --force', async (_, make, stderr) => {
    await make();
    expect(await cleanup(workspace)).toMatchObject({ code: EXIT.notPermitted, stderr: expect.stringMatching(stderr) });
    expect(existsSync(join(workspace, 'inner', 'file'))).toBe(true);
    expect(await cleanup(workspace, '--force')).toMatchObject({ code: EXIT.ok });
    expect(existsSync(workspace)).toBe(false);
  });

  it.each([
    ['everything', () => '/', /is no workspace of ours/],
    ['the folder of all workspaces', () => join(home, 'workspaces'), /is no workspace of ours/],
    ['what holds it', () => home, /is no workspace of ours/],
    ['what holds it, by dots', () => `${workspace}/../..`, /is no workspace of ours/],
    ['the outputs alone', () => `${workspace}.output`, /is no workspace of ours/],
    ['a part of a workspace', () => join(workspace, 'inner'), /is no workspace of ours/],
    ['a folder that nobody made with ubos', () => canary.folder, /is no workspace of ours/],
    ['a link beside the workspaces', () => (symlinkSync(workspace, join(home, 'link')), join(home, 'link')), /is a link/],
    [
      'a link in the place of a workspace',
      () => {
        const link = join(home, 'workspaces', 'janus-00000000000a');
        symlinkSync(canary.folder, link);
        return link;
      },
      /is a link/,
    ],
    ['a file', () => join(workspace, 'inner', 'file'), /is no folder/],
    ['nothing', () => join(home, 'none'), /does not exist/],
    ['a folder below a file', () => join(canary.folder, 'file', 'x'), /does not exist/],
    ['a folder below nothing', () => join(home, 'none', 'deeper'), /does not exist/],
    [
      'a folder of somebody else in the place of a workspace',
      () => {
        const path = join(home, 'workspaces', 'janus-00000000000a');
        mkdirSync(path);
        chownSync(path, account.uid + (account.switches ? 1 : 0), account.gid);
        return path;
      },
      account.switches ? /belongs to uid/ : /does not know/,
    ],
  ])('refuses %s, and says what is allowed', async (_, make, stderr) => {
    const named = make();
    const before = readdirSync(join(home, 'workspaces'));
    const played = await cleanup(named);
    expect([EXIT.usage, EXIT.notPermitted]).toContain(played.code);
    expect(played).toMatchObject({ stdout: '', stderr: expect.stringMatching(stderr) });
    expect(played.stderr).toContain('→');
    expect([readdirSync(join(home, 'workspaces')), existsSync(join(workspace, 'inner', 'file'))]).toEqual([before, true]);
    canary.check();
  });

  it.each([[[]], [['a', 'b']]])('wants exactly one folder: %j', async (words) => {
    expect(await cleanup(...words)).toMatchObject({ code: EXIT.usage, stderr: expect.stringContaining('which folder?') });
  });

  it('goes on where it was interrupted, also when the folder is out of sight already', async () => {
    mkdirSync(join(home, '.janus-removed-0123456789abcdef', 'workspace', 'x'), { recursive: true });
    expect(await cleanup(join(home, 'gone'))).toMatchObject({ code: EXIT.ok });
    expect(readdirSync(home)).not.toContain('.janus-removed-0123456789abcdef');
  });
});

describeWithBwrap('ubos sandbox run --workspace, collect and cleanup (spec X10)', () => {
  it('makes a folder, lists what is in it, and removes it', async () => {
    const mine = join(home, 'mine');
    expect(await sandbox('run', '--workspace', mine, '--', '/usr/bin/cp', '/etc/passwd', 'taken')).toMatchObject({
      code: EXIT.ok,
      stderr: '',
    });
    expect(lstatSync(mine).uid).toBe(account.uid);
    const { code, stdout, stderr } = await sandbox('collect', 'mine');
    expect([code, stdout, stderr]).toEqual([
      EXIT.ok,
      expect.stringMatching(/^\d+ {2}[0-9a-f]{64} {2}taken\n$/),
      expect.stringContaining('1 files'),
    ]);
    expect(await cleanup(mine)).toMatchObject({ code: EXIT.ok });
    expect(existsSync(mine)).toBe(false);
  });

  it('removes no folder that it only was lent', async () => {
    const lent = join(home, 'lent');
    mkdirSync(lent);
    chownSync(lent, account.uid, account.gid);
    expect(await sandbox('run', '--workspace', lent, '--', '/usr/bin/touch', 'x')).toMatchObject({ code: EXIT.ok });
    expect(await cleanup(lent)).toMatchObject({ code: EXIT.usage, stderr: expect.stringContaining('is no workspace of ours') });
    expect(readdirSync(lent)).toEqual(['x']);
  });

  it.each([
    ['a link', () => (symlinkSync(canary.folder, join(home, 'link')), 'link')],
    ['the workspace of an action', () => workspace],
    ['the state', () => '.'],
    ['the ledger', () => 'ledger'],
  ])('runs nothing in %s', async (_, make) => {
    const { code, stderr } = await sandbox('run', '--workspace', make(), '--', '/usr/bin/touch', 'reached');
    expect([code, stderr]).toEqual([EXIT.usage, expect.stringContaining('allowed is')]);
    expect([existsSync(join(canary.folder, 'reached')), existsSync(join(workspace, 'reached'))]).toEqual([false, false]);
  });

  it('removes nothing while something runs in it', async () => {
    const mine = join(home, 'mine');
    const running = sandbox('run', '--limit', 'wall=4s', '--workspace', mine, '--', '/usr/bin/bash', '-c', 'touch there; sleep 60');
    await soon(() => existsSync(join(mine, 'there')));
    expect(await cleanup(mine)).toMatchObject({ code: EXIT.notPermitted, stderr: expect.stringContaining('a sandbox runs in') });
    await running;
    expect(await cleanup(mine)).toMatchObject({ code: EXIT.ok });
  });
});
