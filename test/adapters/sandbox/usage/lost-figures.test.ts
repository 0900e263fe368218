import { describe, expect, it } from '@jest/globals';
import { createNeverFalling, lostBetween } from '../../../../src/adapters/sandbox/usage/lost-figures.js';
import type { ProcessFigures } from '../../../../src/adapters/sandbox/usage/process-tree.js';

describe('createNeverFalling', () => {
  it.each([
    { what: 'a sum that grows', sums: [1, 2, 3], total: 3 },
    { what: 'what is gone for good', sums: [100, 40, 40, 50], total: 110 },
    { what: 'a sum that is low once, while a child is reaped', sums: [100, 40, 105, 106], total: 106 },
    { what: 'one loss after the other', sums: [100, 40, 20, 20, 20], total: 100 },
    { what: 'everything gone', sums: [2, 2, 0], total: 2 },
  ])('$what', ({ sums, total }) => {
    const add = createNeverFalling();
    expect(sums.map(add).at(-1)).toBe(total);
  });
});

const process = (pid: number, change: Partial<ProcessFigures> = {}): ProcessFigures => ({
  pid,
  startTicks: String(pid),
  parent: 1,
  state: 'S',
  ignoresChildren: false,
  cpuSeconds: 0,
  bytesWritten: 0,
  threads: 1,
  anonymousMb: 0,
  sharedMb: 0,
  dataMb: 0,
  ...change,
});
const nothing = { cpuSeconds: 0, bytesWritten: 0 };
const careless = process(10, { ignoresChildren: true });

describe('lostBetween', () => {
  it('keeps what a child had that nobody waits for', () => {
    const child = process(11, { parent: 10, cpuSeconds: 0.5, bytesWritten: 7 });
    expect(lostBetween([careless, child], [careless], 0.02)).toEqual({ cpuSeconds: 0.5, bytesWritten: 7 });
    expect(lostBetween([careless, child], [careless, { ...child, startTicks: 'another' }], 0.02)).toMatchObject({ cpuSeconds: 0.5 });
  });

  it('loses nothing of a child that is waited for, or still there', () => {
    const child = process(11, { parent: 10, cpuSeconds: 0.5 });
    expect(lostBetween([process(10), child], [process(10)], 0.02)).toEqual(nothing);
    expect(lostBetween([careless, child], [careless, child], 0.02)).toEqual(nothing);
  });

  it('does not believe the first process of a namespace that ignores its children only while it ends', () => {
    const child = process(11, { parent: 10, cpuSeconds: 0.5 });
    expect(lostBetween([process(10), child], [{ ...careless, state: 'Z' }], 0.02)).toEqual(nothing);
  });

  it('takes a new one that runs for one of many: before it another had its share', () => {
    const born = process(12, { parent: 10, state: 'R' });
    const lost = (ran: number, waited: number) => lostBetween([careless], [careless, born], 0.1, () => ({ ran, waited })).cpuSeconds;
    expect(lost(0.02, 0)).toBeCloseTo(0.08);
    expect(lost(0.01, 0.03)).toBeCloseTo(0.06 * 0.25);
    expect(lost(0.2, 0)).toBe(0);
    expect(lost(0, 0)).toBe(0);
    expect(lostBetween([careless], [careless, { ...born, state: 'S' }], 0.1, () => ({ ran: 0.02, waited: 0 }))).toEqual(nothing);
  });
});
