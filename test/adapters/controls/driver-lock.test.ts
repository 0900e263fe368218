import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { openDriverLock } from '../../../src/adapters/controls/driver-lock.js';
import { useFolders } from '../../support/folders.js';

const folder = useFolders();

describe('who drives the controls of a host (spec G1)', () => {
  it('is one worker, and the next one when it is gone', () => {
    const file = join(folder(), 'controls', 'driver');
    const [a, b] = [openDriverLock(file), openDriverLock(file)];
    expect([a.isOurs(), b.isOurs(), a.isOurs()]).toEqual([true, false, true]);
    a.close();
    expect([b.isOurs(), a.isOurs()]).toEqual([true, false]);
    b.close();
  });

  it('is not the one whose lock file was removed, once another has a new one', () => {
    const file = join(folder(), 'driver');
    const [a, b] = [openDriverLock(file), openDriverLock(file)];
    expect(a.isOurs()).toBe(true);
    rmSync(file);
    expect([b.isOurs(), a.isOurs(), b.isOurs()]).toEqual([true, false, true]);
    a.close();
    b.close();
  });
});
