import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createFolderSum, flatUsage, grownSince, quickUsage, scanFolder } from '../../../../src/adapters/sandbox/usage/workspace-usage.js';

const bwrap = '/usr/bin/bwrap';
const stopAt = Number.POSITIVE_INFINITY;

describe('what a folder holds (spec X3)', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'janus-folder-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function fill(): void {
    mkdirSync(join(folder, 'a'));
    writeFileSync(join(folder, 'a', 'file'), Buffer.alloc(1_048_576, 1));
    linkSync(join(folder, 'a', 'file'), join(folder, 'linked'));
    symlinkSync('/usr', join(folder, 'usr'));
    writeFileSync(join(folder, 'with\nnewline'), '');
  }

  it('counts names, and each file once, without following a link', async () => {
    fill();
    const quick = quickUsage(folder);
    expect(quick?.inodes).toBe(5);
    expect(quick?.mb).toBeGreaterThanOrEqual(1);
    expect(quick?.mb).toBeLessThan(1.1);
    expect(await scanFolder({ folder, bwrap, stopAt })).toEqual(quick);
  });

  it('is seen at one look where files alone lie in it, and by nobody who would follow a name where folders do', async () => {
    expect(flatUsage(folder)).toMatchObject({ inodes: 0 });
    writeFileSync(join(folder, 'file'), Buffer.alloc(1_048_576, 1));
    linkSync(join(folder, 'file'), join(folder, 'linked'));
    symlinkSync('/usr', join(folder, 'usr'));
    expect(flatUsage(folder)).toMatchObject({ inodes: 3 });
    expect(flatUsage(folder)).toEqual(await scanFolder({ folder, bwrap, stopAt }));
    mkdirSync(join(folder, 'a'));
    expect(flatUsage(folder)).toBeUndefined();
    rmSync(join(folder, 'a'), { recursive: true });
    for (let index = 0; index < 300; index += 1) writeFileSync(join(folder, String(index)), '');
    expect([flatUsage(folder), flatUsage(join(folder, 'none')), flatUsage(join(folder, 'usr'))]).toEqual([undefined, undefined, undefined]);
  });

  it('takes no file for another one because their names look alike', () => {
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff])]), Buffer.alloc(1_048_576, 1));
    writeFileSync(join(folder, '\uFFFD'), '');
    expect(quickUsage(folder)?.mb).toBeGreaterThanOrEqual(1);
  });

  it('leaves what is too large for a quick look to the program', async () => {
    for (let index = 0; index < 300; index += 1) writeFileSync(join(folder, String(index)), '');
    expect(quickUsage(folder)).toBeUndefined();
    expect(await scanFolder({ folder, bwrap, stopAt })).toMatchObject({ inodes: 300 });
  });

  it('is not taken for empty where there is no such folder', async () => {
    expect(quickUsage(join(folder, 'none'))).toBeUndefined();
    await expect(scanFolder({ folder: join(folder, 'none'), bwrap, stopAt })).rejects.toThrow('not even the folder');
  });

  it('is not taken for small where the measurement is cut short', async () => {
    for (let index = 0; index < 2_000; index += 1) writeFileSync(join(folder, String(index)), '');
    // A tree that no machine reads in a millisecond.
    const cut = scanFolder({ folder: '/usr', bwrap, stopAt, milliseconds: 1 });
    await expect(cut).rejects.toMatchObject({ code: 'SANDBOX_UNAVAILABLE', message: expect.stringContaining('1 ms') });
    expect((await scanFolder({ folder, bwrap, stopAt: 10 })).inodes).toBeGreaterThan(10);
  });

  it('is not taken for empty where the measuring program cannot be started', async () => {
    // Too long an argument: the kernel refuses to start anything with it.
    await expect(scanFolder({ folder: 'x'.repeat(200_000), bwrap, stopAt })).rejects.toMatchObject({ code: 'SANDBOX_UNAVAILABLE' });
  });

  it('has had enough when it has seen enough', () => {
    const sum = createFolderSum(2);
    expect(sum.add('1 2 8\n2 1 ')).toBe(false);
    expect(sum.add('8\n3 1 8\n')).toBe(false);
    expect(sum.add('4 1 8\n')).toBe(true);
    expect(sum.usage()).toEqual({ inodes: 3, mb: (4 * 8 * 512) / 1_048_576 });
  });

  it('counts growth only', () => {
    expect(grownSince({ inodes: 5, mb: 3 }, { inodes: 7, mb: 4 })).toEqual({ inodes: 2, grownMb: 1, heldMb: 4 });
    expect(grownSince({ inodes: 5, mb: 3 }, { inodes: 0, mb: 0 })).toEqual({ inodes: 0, grownMb: 0, heldMb: 0 });
  });
});
