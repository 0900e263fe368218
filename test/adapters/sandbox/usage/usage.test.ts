import { expect, it } from '@jest/globals';
import { largest, noUsage } from '../../../../src/adapters/sandbox/contract/usage.js';

it('keeps the largest of each figure', () => {
  const a = { ...noUsage, cpuSeconds: 1, memoryMb: 9, scratchMb: 2, bytesWritten: 3, inodes: 4, forkRefused: true };
  expect(largest(a, { cpuSeconds: 2, memoryMb: 5, processes: 7, grownMb: 1, outOfMemory: true, nearDataLimit: true })).toEqual({
    cpuSeconds: 2,
    memoryMb: 9,
    scratchMb: 2,
    bytesWritten: 3,
    processes: 7,
    inodes: 4,
    grownMb: 1,
    heldMb: 0,
    outOfMemory: true,
    forkRefused: true,
    nearDataLimit: true,
  });
});
