import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { holdFolder } from '../../../../src/adapters/sandbox/workspace/held-folder.js';
import { takeSetIdBits } from '../../../../src/adapters/sandbox/workspace/set-id-bits.js';
import { useFolders } from '../../../support/folders.js';

const folder = useFolders();
const left = (...paths: readonly string[]) => ({ paths, uid: process.getuid?.() ?? 0, since: 0, bwrap: '/usr/bin/bwrap' });
const modeOf = (path: Buffer | string) => (statSync(path).mode & 0o7777).toString(8);

function setGid(path: Buffer | string): void {
  writeFileSync(path, '');
  chmodSync(path, 0o2755);
}

describe('the set-id bits of what an action left (spec X2)', () => {
  it('are taken off a file whose name is no text, beside one whose name is what it looks like', async () => {
    const root = folder();
    const path = Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff])]);
    setGid(path);
    writeFileSync(join(root, '\uFFFD'), '');
    await takeSetIdBits(left(root));
    expect(modeOf(path)).toBe('755');
  });

  it('are taken off below more folders than could be held at once, or called one in the other', async () => {
    const root = folder();
    let inner = holdFolder(root);
    for (let depth = 0; depth < 5_000; depth += 1) {
      mkdirSync(inner.at('d'));
      const next = holdFolder(inner.at('d'));
      inner.close();
      inner = next;
    }
    setGid(inner.at('f'));
    await takeSetIdBits(left(root));
    expect(modeOf(inner.at('f'))).toBe('755');
    inner.close();
    // Node's own would call itself for each of them.
    execFileSync('/usr/bin/rm', ['-rf', root]);
  });

  it('are not taken for gone where there was no time to look', async () => {
    const root = folder();
    for (let number = 0; number < 300; number += 1) setGid(join(root, String(number)));
    await expect(takeSetIdBits(left(root), 0)).rejects.toThrow('in time');
  });
});
