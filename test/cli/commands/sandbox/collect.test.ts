import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { EXIT } from '../../../../src/cli/exit-codes.js';
import { printed } from '../../support/printed.js';
import { useFolders } from '../../../support/folders.js';
import type { Canary } from '../../../support/sandbox/hostile.js';
import { bytesPath, plantCanary } from '../../../support/sandbox/hostile.js';
import { aConfig, ubos } from '../../support/ubos.js';

const folder = useFolders();
let home: string;
let workspace: string;
let canary: Canary;
beforeEach(() => {
  home = folder();
  canary = plantCanary(home);
  workspace = join(home, 'workspaces', 'janus-0123456789ab');
  mkdirSync(join(workspace, 'inner'), { recursive: true });
  writeFileSync(join(workspace, 'inner', 'file'), 'x');
});
const sandbox = (...words: string[]) => ubos(['sandbox', ...words], { config: aConfig({}, home), cwd: home });

describe('ubos sandbox collect (spec X10)', () => {
  const sha256 = createHash('sha256').update('x').digest('hex');

  it('lists what would be collected, and what would not', async () => {
    symlinkSync(canary.folder, join(workspace, 'leak'));
    writeFileSync(bytesPath(workspace, 0xff, 0x1b), 'x');
    const { code, stdout, stderr } = await sandbox('collect', workspace);
    expect([code, stderr]).toEqual([EXIT.ok, `${workspace}: 2 files, 2 bytes; 1 left out\n`]);
    expect(stdout).toBe(`1  ${sha256}  inner/file\n1  ${sha256}  ⟦0xFF⟧⟦U+001B⟧\n\nleft out:\n  leak: a link\n`);
  });

  it('--json says the same to programs', async () => {
    symlinkSync(canary.folder, join(workspace, 'leak'));
    const { stdout } = await sandbox('collect', workspace, '--json');
    expect(printed(stdout, 'collection')).toMatchObject({
      files: [{ path: 'inner/file', bytes: 1, sha256 }],
      left_out: [{ path: 'leak', why: 'a link' }],
      left_out_count: 1,
      bytes: 1,
    });
  });

  it.each([
    ['a link', () => (symlinkSync(canary.folder, join(home, 'link')), 'link'), /is a link/],
    ['a file', () => 'canary/file', /is no folder/],
    ['nothing', () => 'none', /does not exist/],
  ])('refuses %s', async (_, make, stderr) => {
    expect(await sandbox('collect', make())).toMatchObject({ code: EXIT.usage, stdout: '', stderr: expect.stringMatching(stderr) });
  });
});
