import { spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { unwritable } from '../../../src/adapters/host/unwritable.js';
import { useFolders } from '../../support/folders.js';

const folder = useFolders();
const isRoot = process.getuid?.() === 0;

it('a folder that takes files is well, and so is one that can be made', () => {
  const here = folder();
  expect(unwritable(here)).toBeUndefined();
  expect(unwritable(join(here, 'not', 'yet'))).toBeUndefined();
});

it('one that takes none is not, nor is what lies below it (spec O3)', () => {
  const here = folder();
  // Root may write whatever its mode is, but on no read-only file system.
  if (isRoot) expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'janus-test', here]).status).toBe(0);
  else chmodSync(here, 0o500);
  try {
    const why = isRoot ? 'read-only file system' : 'EACCES';
    expect(unwritable(here)).toBe(why);
    expect(unwritable(join(here, 'workspaces'))).toBe(why);
  } finally {
    if (isRoot) spawnSync('umount', [here]);
    else chmodSync(here, 0o700);
  }
});
