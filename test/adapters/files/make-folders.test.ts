import { existsSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { makeFolders } from '../../../src/adapters/files/make-folders.js';
import { useFolders } from '../../support/folders.js';

const folder = useFolders();

describe('folders on a path that somebody typed', () => {
  it('are made with those above them, and the first of them is named', () => {
    const home = folder();
    expect(makeFolders(join(home, 'a/b/c'), 0o700)).toBe(join(home, 'a'));
    expect(statSync(join(home, 'a/b/c')).mode & 0o777).toBe(0o700);
    expect(makeFolders(join(home, 'a/b/c'), 0o700)).toBeUndefined();
  });

  it('below /proc are an error, and do not take for ever', () => {
    expect(() => makeFolders('/proc/no-such/folder', 0o700)).toThrow(expect.objectContaining({ code: 'ENOENT' }));
  });

  it('are an error where something else has the name, or leads nowhere', () => {
    const home = folder();
    writeFileSync(join(home, 'file'), '');
    symlinkSync(join(home, 'nowhere'), join(home, 'link'));
    expect(() => makeFolders(join(home, 'file'), 0o700)).toThrow(expect.objectContaining({ code: 'EEXIST' }));
    expect(() => makeFolders(join(home, 'file/below'), 0o700)).toThrow(expect.objectContaining({ code: 'ENOTDIR' }));
    expect(() => makeFolders(join(home, 'link/below'), 0o700)).toThrow(expect.objectContaining({ code: 'EEXIST' }));
    expect(existsSync(join(home, 'nowhere'))).toBe(false);
  });
});
