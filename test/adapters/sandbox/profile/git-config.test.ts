import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { currentActionAccount } from '../../../../src/adapters/sandbox/profile/account.js';
import { gitConfigFor } from '../../../../src/adapters/sandbox/profile/git-config.js';
import { useFolders } from '../../../support/folders.js';
import { itAsRoot } from '../../../support/root.js';

const folder = useFolders();
const account = currentActionAccount('janus-no-such-account');
const repository = (...names: readonly string[]) => mkdirSync(join(...names, '.git'), { recursive: true });
const directories = (text: string) => [...text.matchAll(/^\tdirectory = "(.*)"$/gm)].map(([, path]) => path);

describe('what git trusts in a sandbox (spec U4)', () => {
  it('is bounded, however many repositories somebody makes in a granted folder', async () => {
    const root = folder();
    for (let number = 0; number < 1_010; number += 1) repository(root, String(number));
    expect(directories(await gitConfigFor([{ path: root }], account))).toHaveLength(2 * 1_001 + 1);
  });

  it('is one line of the file, whatever a repository is called', async () => {
    const root = folder();
    repository(root, 'a\n\t"quoted" \\ name # ; ]\n[core]\n\tfsmonitor = x');
    const lines = (await gitConfigFor([{ path: root }], account)).trimEnd().split('\n');
    expect(lines.slice(1).every((line) => line.startsWith(`\tdirectory = "${root}`))).toBe(true);
    expect(lines).toHaveLength(6);
  });

  itAsRoot('does not tell an action what lies in a folder that is closed to it', async () => {
    const root = folder();
    for (const name of ['closed', 'for-its-group', 'its-own', 'open']) repository(root, name, 'repository');
    chmodSync(join(root, 'closed'), 0o750);
    chownSync(join(root, 'for-its-group'), 0, account.gid);
    chmodSync(join(root, 'for-its-group'), 0o750);
    chownSync(join(root, 'its-own'), account.uid, account.gid);
    chmodSync(join(root, 'its-own'), 0o700);
    const found = directories(await gitConfigFor([{ path: root }], account));
    expect(found.filter((path) => path?.endsWith('/repository'))).toEqual(
      expect.arrayContaining(['for-its-group', 'its-own', 'open'].map((name) => join(root, name, 'repository'))),
    );
    expect(found.join('\n')).not.toContain('closed');
  });
});
