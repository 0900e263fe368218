import { describe, expect, it } from '@jest/globals';
import { endingOf, guessOf, overLimit } from '../../../../src/adapters/sandbox/profile/quota.js';
import { noUsage } from '../../../../src/adapters/sandbox/contract/usage.js';
import { charterLimits } from '../../../../src/domain/action/limits.js';

const limits = { ...charterLimits, cpuSeconds: 4, memoryMb: 64, diskWriteMb: 10, inodes: 100, processes: 8 };
const mebibyte = 1_048_576;

describe('overLimit (spec X3)', () => {
  it('is nothing at the limits themselves', () => {
    const at = { cpuSeconds: 4, memoryMb: 64, bytesWritten: 10 * mebibyte, grownMb: 10, inodes: 100, processes: 8 };
    expect(overLimit({ ...noUsage, ...at }, limits)).toBeUndefined();
  });

  it.each([
    { usage: { cpuSeconds: 4.1 }, reason: 'cpu', note: 'used 4.1 s of CPU, 4 s are allowed' },
    { usage: { memoryMb: 65 }, reason: 'memory', note: 'used 65 MB, 64 MB are allowed' },
    { usage: { outOfMemory: true }, reason: 'memory', note: 'needed more than the 64 MB that are allowed' },
    {
      usage: { memoryMb: 65, scratchMb: 60.4 },
      reason: 'memory',
      note: 'used 65 MB, 64 MB are allowed; files in /tmp and /dev/shm count: 60 MB',
    },
    {
      usage: { outOfMemory: true, scratchMb: 62 },
      reason: 'memory',
      note: 'needed more than the 64 MB that are allowed; files in /tmp and /dev/shm count: 62 MB',
    },
    { usage: { bytesWritten: 11 * mebibyte }, reason: 'disk', note: 'wrote 11 MB, 10 MB are allowed' },
    { usage: { grownMb: 12 }, reason: 'disk', note: 'the workspace grew by 12 MB, 10 MB are allowed' },
    { usage: { inodes: 101 }, reason: 'inodes', note: 'made 101 files and folders, 100 are allowed' },
    { usage: { forkRefused: true }, reason: 'pids', note: 'needed more than the 8 processes that are allowed' },
  ])('$reason: $note', ({ usage, reason, note }) => {
    expect(overLimit({ ...noUsage, ...usage }, limits)).toEqual({ reason, note });
  });
});

describe('endingOf (spec X6)', () => {
  it.each([
    { what: 'success', code: 0, usage: { processes: 8, grownMb: 10, inodes: 100 }, reason: undefined },
    { what: 'a failure', code: 1, usage: {}, reason: undefined },
    { what: 'a program that was not found', code: 127, usage: {}, reason: undefined },
    { what: 'SIGXCPU', code: 152, usage: {}, reason: 'cpu' },
    { what: 'SIGXFSZ', code: 153, usage: {}, reason: 'disk' },
    { what: 'SIGKILL after all its CPU time', code: 137, usage: { cpuSeconds: 4 }, reason: 'cpu' },
    { what: 'SIGKILL before', code: 137, usage: { cpuSeconds: 1 }, reason: 'signal' },
    { what: 'SIGSEGV', code: 139, usage: {}, reason: 'signal' },
    { what: 'a failure with as many processes as are allowed', code: 1, usage: { processes: 8 }, reason: 'pids' },
    { what: 'a failure with a full quota', code: 1, usage: { grownMb: 9.95 }, reason: 'disk' },
    { what: 'a failure with as many files as are allowed', code: 1, usage: { inodes: 100 }, reason: 'inodes' },
    { what: 'a failure after it had asked for nearly all memory', code: 1, usage: { nearDataLimit: true }, reason: 'memory' },
    { what: 'a bus error after it had filled /dev/shm', code: 135, usage: { scratchMb: 64 }, reason: 'memory' },
    { what: 'a bus error of its own', code: 135, usage: { scratchMb: 60 }, reason: 'signal' },
    { what: 'a success after that', code: 0, usage: { nearDataLimit: true }, reason: undefined },
    { what: 'a code that is no signal', code: 255, usage: {}, reason: undefined },
  ])('$what: $reason', ({ code, usage, reason }) => {
    expect(endingOf(code, { ...noUsage, ...usage }, limits)?.reason).toBe(reason);
  });

  it('names the signal', () => {
    expect(endingOf(143, noUsage, limits)).toEqual({
      reason: 'signal',
      note: 'the command ended by SIGTERM (or by itself with exit code 143, which looks alike)',
      signal: 'SIGTERM',
    });
  });
});

describe('guessOf', () => {
  it.each([
    'Traceback\nMemoryError',
    'std::bad_alloc',
    'fork: Cannot allocate memory',
    'java.lang.OutOfMemoryError: heap',
    'Out of memory.',
  ])('repeats what a failed tool says of itself, as its own word: %s', (words) => {
    expect(guessOf(1, words)).toContain('it says that it was refused memory');
    expect(guessOf(0, words)).toBeUndefined();
    expect(guessOf(1, 'write error: No space left on device')).toContain('/dev/shm');
    expect(guessOf(0, 'write error: No space left on device')).toBeUndefined();
  });

  it('says nothing of other failures', () => {
    for (const words of ['', 'No such file or directory', 'memory', 'NotAMemoryErrorAtAll']) expect(guessOf(1, words)).toBeUndefined();
  });
});
