import { expect, it } from '@jest/globals';
import { prlimitArgs } from '../../../../src/adapters/sandbox/profile/rlimits.js';
import { charterLimits } from '../../../../src/domain/action/limits.js';

it('is the wall behind the tier: what each process may have, from the kernel itself (spec X3)', () => {
  expect(prlimitArgs({ ...charterLimits, cpuSeconds: 4, memoryMb: 100, diskWriteMb: 1, processes: 9, openFiles: 32 })).toEqual([
    '/usr/bin/prlimit',
    '--nproc=9',
    '--fsize=1048576',
    '--nofile=32',
    '--cpu=4:5',
    `--data=${456 * 1_048_576}`,
    '--core=0',
    '--',
  ]);
});
