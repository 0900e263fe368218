import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Slot, Slots, Want } from '../../../src/adapters/controls/slots.js';
import { openSlots } from '../../../src/adapters/controls/slots.js';
import { useChild } from '../../support/children.js';
import { useFolders } from '../../support/folders.js';

const folder = useFolders();
const holder = useChild('hold-slots');
const opened: Slots[] = [];
afterEach(() => opened.splice(0).forEach((slots) => slots.close()));

/** A table of its own is what another process has: open file descriptions exclude each other, whoever holds them. */
function workers(count: number, file = join(folder(), 'controls', 'slots')): { file: string; all: Slots[] } {
  const all = Array.from({ length: count }, () => openSlots(file, 4_096));
  opened.push(...all);
  return { file, all };
}
const want = (limit: number, memoryMb = 1): Want => ({ limit, memoryMb, memoryCeilingMb: 1_000 });
const taken = (slot: unknown): Slot => {
  expect(typeof slot).toBe('symbol');
  return slot as Slot;
};

describe('the places of a host (spec G2)', () => {
  it('are one number for all workers together', () => {
    const [a, b, c] = workers(3).all;
    const first = taken(a?.take(want(2)));
    taken(b?.take(want(2)));
    expect(c?.take(want(2))).toBe('full');
    expect(a?.take(want(2))).toBe('full');
    a?.release(first);
    taken(c?.take(want(2)));
    expect(b?.take(want(2))).toBe('full');
  });

  it('are not given again after a cut from 8 to 1 before the last of the 8 has ended', () => {
    const [a, b] = workers(2).all;
    const running = Array.from({ length: 8 }, (_, index) => taken((index % 2 === 0 ? a : b)?.take(want(8))));
    for (const slot of running) {
      expect([a?.take(want(1)), b?.take(want(1))]).toEqual(['full', 'full']);
      a?.release(slot);
      b?.release(slot);
    }
    taken(b?.take(want(1)));
    expect(a?.take(want(1))).toBe('full');
  });

  it('add up the memory that is set aside', () => {
    const [a, b] = workers(2).all;
    const big = taken(a?.take(want(64, 900)));
    expect(b?.take(want(64, 101))).toBe('memory');
    taken(b?.take(want(64, 100)));
    expect(b?.count()).toEqual({ running: 2, reservedMb: 1_000 });
    a?.release(big);
    a?.release(big);
    expect(a?.count()).toEqual({ running: 1, reservedMb: 100 });
  });

  it('know which began last, whatever the clocks say', () => {
    const [a, b] = workers(2).all;
    expect(a?.youngest()).toEqual([]);
    const first = taken(a?.take(want(3)));
    const second = taken(b?.take(want(3)));
    const serial = a?.youngest()[0] ?? 0;
    expect([a?.find(serial), b?.find(serial)]).toEqual([undefined, second]);
    b?.release(second);
    expect(b?.find(serial)).toBeUndefined();
    expect(a?.find(b?.youngest()[0] ?? 0)).toBe(first);
  });

  it('let in one that is alone, as long as there is room for any action at all', () => {
    const [a] = workers(1).all;
    expect(a?.take({ limit: 2, memoryMb: 4_096, memoryCeilingMb: 500 })).toBe('memory');
    const alone = taken(a?.take({ limit: 2, memoryMb: 4_096, memoryCeilingMb: 600 }));
    expect(a?.take({ limit: 2, memoryMb: 1, memoryCeilingMb: 600 })).toBe('memory');
    a?.release(alone);
    taken(a?.take({ limit: 2, memoryMb: 100, memoryCeilingMb: 100 }));
  });

  it('are free again when the worker that held them was killed', async () => {
    const { file, all } = workers(1);
    const child = holder.start(file, '3');
    await once(child, 'message');
    expect(all[0]?.count()).toEqual({ running: 3, reservedMb: 30 });
    expect(all[0]?.take(want(3))).toBe('full');
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(all[0]?.count()).toEqual({ running: 0, reservedMb: 0 });
    taken(all[0]?.take(want(1)));
  });

  it('count somebody who wrote nothing that can be read as the largest', () => {
    const { file, all } = workers(2);
    taken(all[0]?.take(want(2)));
    writeFileSync(file, 'garbage\n', { flag: 'r+' });
    expect(all[1]?.count()).toEqual({ running: 1, reservedMb: 4_096 });
    expect(all[1]?.take(want(1))).toBe('full');
  });

  it('hold where the table was removed while actions run', () => {
    const { file, all } = workers(2);
    const first = taken(all[0]?.take(want(2)));
    rmSync(file);
    taken(all[0]?.take(want(2)));
    expect(all[1]?.take(want(2))).toBe('full');
    all[0]?.release(first);
    taken(all[1]?.take(want(2)));
  });

  it('never exceed 64', () => {
    const [a] = workers(1).all;
    for (let count = 0; count < 64; count += 1) taken(a?.take(want(1_000)));
    expect(a?.take(want(1_000))).toBe('full');
  });

  it('are none where the table cannot be opened', () => {
    expect(() => workers(1, '/proc/none/slots').all[0]?.take(want(1))).toThrow();
  });
});
