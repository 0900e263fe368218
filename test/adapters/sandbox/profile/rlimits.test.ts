import { expect, it } from '@jest/globals';
import { dataLimitArgs, prlimitArgs } from '../../../../src/adapters/sandbox/profile/rlimits.js';
import { charterLimits } from '../../../../src/domain/action/limits.js';

it('is the wall behind the tier: what each process may have, from the kernel itself (spec X3)', () => {
  expect(prlimitArgs({ ...charterLimits, cpuSeconds: 4, diskWriteMb: 1, processes: 9, openFiles: 32 })).toEqual([
    '/usr/bin/prlimit',
    '--nproc=9',
    '--fsize=1048576',
    '--nofile=32',
    '--cpu=4:5',
    '--core=0',
    '--',
  ]);
});

it('leaves a process twice the memory, and room for what it asks for and does not use, where no cgroup counts it (spec X3)', () => {
  expect(dataLimitArgs({ memoryMb: 100 })).toEqual(['/usr/bin/prlimit', `--data=${456 * 1_048_576}`, '--']);
});
