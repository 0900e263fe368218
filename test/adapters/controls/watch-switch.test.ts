import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SwitchWatch } from '../../../src/adapters/controls/watch-switch.js';
import { watchSwitch } from '../../../src/adapters/controls/watch-switch.js';
import { soon } from '../../support/soon.js';

describe('the watch on the switch (spec K1)', () => {
  let folder: string;
  let told: SwitchWatch | undefined;
  let calls: number;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'janus-switch-'));
    calls = 0;
  });
  afterEach(() => {
    told?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const watchIn = (where: string) => {
    told = watchSwitch(join(where, 'STOP'), () => (calls += 1));
    return told;
  };

  it('tells once that it has begun, and then of the switch alone', async () => {
    const { isTold } = watchIn(folder);
    expect(isTold).toBe(false);
    await soon(() => told?.isTold);
    expect(calls).toBe(1);
    for (const name of ['a', 'b', 'c']) mkdirSync(join(folder, name));
    mkdirSync(join(folder, 'STOP'));
    await soon(() => calls > 1);
    expect(calls).toBe(2);
  });

  it.each([
    ['where there is no folder', (): string => join(folder, 'none')],
    ['where the kernel itself makes up what it shows', () => '/proc/self'],
  ])('relies on nothing %s', async (_, where) => {
    const { isTold } = watchIn(where());
    await statfs(where()).catch(() => undefined);
    await new Promise((resolve) => setImmediate(resolve));
    expect([isTold, told?.isTold, calls]).toEqual([false, false, 0]);
  });
});
