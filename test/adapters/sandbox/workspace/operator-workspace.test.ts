import { chownSync, existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { currentActionAccount } from '../../../../src/adapters/sandbox/profile/account.js';
import type { OperatorSettings } from '../../../../src/adapters/sandbox/workspace/operator-workspace.js';
import {
  isOperatorRun,
  openOperatorWorkspace,
  recordOperatorRun,
  wasMadeByOperatorRun,
} from '../../../../src/adapters/sandbox/workspace/operator-workspace.js';
import { useFolders } from '../../../support/folders.js';

const folder = useFolders();
const account = currentActionAccount('janus-no-such-account');
let here: string;
let settings: OperatorSettings;
beforeEach(() => {
  here = folder();
  const at = (name: string) => join(here, name);
  for (const name of ['state', 'state/ledger', 'etc', 'home', 'workspaces']) mkdirSync(at(name));
  settings = { workspacesRoot: at('workspaces'), account, kept: [at('state'), at('etc'), at('home')], closed: [at('state/ledger')] };
});
const own = (name: string) => {
  mkdirSync(join(here, name), { recursive: true });
  chownSync(join(here, name), account.uid, account.gid);
  return join(here, name);
};

describe('openOperatorWorkspace (spec X10)', () => {
  it('makes a folder that is not there, for the account alone', () => {
    expect(openOperatorWorkspace(join(here, 'new'), settings)).toEqual({ path: join(here, 'new'), made: true });
    expect(lstatSync(join(here, 'new'))).toMatchObject({ uid: account.uid, gid: account.gid, mode: 0o40700 });
  });

  it('takes one of the account, by its path without links', () => {
    own('real/mine');
    symlinkSync('real', join(here, 'link'));
    expect(openOperatorWorkspace(`${here}/link/../link/mine/`, settings)).toEqual({ path: join(here, 'real/mine'), made: false });
  });

  it.each([
    ['everything', () => '/', /is no workspace/],
    ['a link', () => (own('mine'), symlinkSync('mine', join(here, 'link')), 'link'), /is a link/],
    ['a link to nowhere', () => (symlinkSync('none', join(here, 'link')), 'link'), /is a link/],
    ['a file', () => (writeFileSync(join(here, 'file'), ''), 'file'), /is no folder/],
    ['a folder below one that is not there', () => 'none/deeper', /none: no such file$/],
    ['a folder below a file', () => (writeFileSync(join(here, 'file'), ''), 'file/x'), /a part of its path is no folder/],
    ['the folder of all workspaces', () => own('workspaces'), /where the workspaces of actions are/],
    ['the workspace of an action', () => own('workspaces/janus-0123456789ab'), /where the workspaces of actions are/],
    ['what it would make beside them', () => 'workspaces/new', /where the workspaces of actions are/],
    ['the same by way of a link', () => (symlinkSync('workspaces', join(here, 'way')), 'way/new'), /where the workspaces of actions are/],
    ['what holds the workspaces', () => '.', /holds .*workspaces/],
    ['the state', () => own('state'), /holds .*state/],
    ['the home of the operator', () => own('home'), /holds .*home/],
    ['a part of the ledger', () => own('state/ledger/janus-0123456789ab'), /lies beneath .*ledger/],
    ['/workspace', () => '/workspace', /lies beneath \/workspace|no such file/],
    ['something beneath the system', () => '/usr/lib/new', /lies beneath \/usr/],
    ['a process', () => '/proc/self/cwd', /lies beneath \/proc/],
  ])('refuses %s, says what is allowed, and makes nothing', (_, make, message) => {
    const named = make();
    const before = readdirSync(here);
    expect(() => openOperatorWorkspace(join(named.startsWith('/') ? '' : here, named), settings)).toThrow(
      expect.objectContaining({ code: 'USAGE', message: expect.stringMatching(message), next: expect.stringMatching(/allowed|mkdir -p/) }),
    );
    expect([readdirSync(here), readdirSync(settings.workspacesRoot).includes('new'), existsSync('/usr/lib/new')]).toEqual([
      before,
      false,
      false,
    ]);
  });

  it('refuses a folder of somebody else', () => {
    mkdirSync(join(here, 'other'));
    const others = { ...settings, account: { ...account, uid: lstatSync(here).uid + 1 } };
    expect(() => openOperatorWorkspace(join(here, 'other'), others)).toThrow(/belongs to uid/);
  });
});

describe('what an operator made', () => {
  const output = () => {
    const path = join(here, 'workspaces', 'janus-0123456789ab.output');
    mkdirSync(path);
    return path;
  };

  it('is known by its record: the very folder, at the very place', () => {
    const { path } = openOperatorWorkspace(join(here, 'new'), settings);
    own('other');
    const record = output();
    expect([isOperatorRun(record), wasMadeByOperatorRun(settings.workspacesRoot, path)]).toEqual([false, false]);
    recordOperatorRun(record, path);
    expect([isOperatorRun(record), wasMadeByOperatorRun(settings.workspacesRoot, path)]).toEqual([true, true]);
    expect(wasMadeByOperatorRun(settings.workspacesRoot, join(here, 'other'))).toBe(false);
    renameSync(path, join(here, 'moved'));
    expect(wasMadeByOperatorRun(settings.workspacesRoot, join(here, 'moved'))).toBe(false);
    renameSync(join(here, 'other'), path);
    expect(wasMadeByOperatorRun(settings.workspacesRoot, path)).toBe(false);
  });

  it('is not known where nothing was made, or the record is no record', () => {
    const record = output();
    recordOperatorRun(record, undefined);
    expect([isOperatorRun(record), wasMadeByOperatorRun(settings.workspacesRoot, own('mine'))]).toEqual([true, false]);
    rmSync(join(record, 'operator-run.json'));
    writeFileSync(join(record, 'operator-run.json'), '{');
    expect(isOperatorRun(record)).toBe(false);
  });
});
