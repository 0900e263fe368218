import { describe, expect, it } from '@jest/globals';
import { assertWithin, parseLimits } from '../../../../src/cli/commands/sandbox/limit-flags.js';
import { charterLimits } from '../../../../src/domain/action/limits.js';

describe('--limit (spec X10)', () => {
  it.each([
    { limit: ['cpu=4s'], gives: { cpuSeconds: 4 } },
    { limit: ['wall=2m'], gives: { wallSeconds: 120 } },
    { limit: ['memory=256M', 'disk=1G'], gives: { memoryMb: 256, diskWriteMb: 1_024 } },
    { limit: ['memory=300'], gives: { memoryMb: 300 } },
    { limit: ['output=4K'], gives: { outputBytes: 4_096 } },
    { limit: ['pids=64', 'files=32'], gives: { processes: 64, openFiles: 32 } },
    { limit: ['inodes=5000'], gives: { inodes: 5_000 } },
    { limit: ['cpu=4s,wall=10s memory=256M'], gives: { cpuSeconds: 4, wallSeconds: 10, memoryMb: 256 } },
  ])('$limit', ({ limit, gives }) => {
    expect(parseLimits({ limit })).toEqual(gives);
  });

  it.each(['cpu=0', 'cpu=-1', 'cpu=4M', 'cpu', 'pids=64K', 'memory=much', 'memory=1M', 'files=3', 'output=1', 'inodes=5K', 'speed=9', ''])(
    '%s is an error that says what is allowed',
    (limit) => {
      expect(() => parseLimits({ limit: [limit] })).toThrow(
        expect.objectContaining({ code: 'USAGE', next: expect.stringMatching(/cpu|the least for/) }),
      );
    },
  );
});

describe('a limit above what is allowed (spec X10)', () => {
  const asked = (limit: string) => () =>
    assertWithin(parseLimits({ limit: [limit] }), { ...charterLimits, memoryMb: 512, wallSeconds: 60 }, 'policy.json');

  it.each(['memory=512M', 'memory=16', 'wall=1m'])('%s is not', (limit) => {
    expect(asked(limit)).not.toThrow();
  });

  it.each([
    ['memory=513M', /memory=513M is more than policy\.json allows: 512M/],
    ['wall=2m', /wall=120s is more than policy\.json allows: 60s/],
  ])('%s is refused, never cut', (limit, message) => {
    expect(asked(limit)).toThrow(expect.objectContaining({ code: 'USAGE', message: expect.stringMatching(message) }));
  });
});
