import { describe, expect, it } from '@jest/globals';
import {
  comingDownSeconds,
  controlsBudgets,
  largestRise,
  recoverySeconds,
  reversalsPerMinute,
  settlingTicks,
} from '../../bench/controls/goals.mjs';

interface Sample {
  readonly limit: number;
  readonly running?: number;
  readonly waiting?: number;
  readonly stage?: string;
}

/** One for each half second, from the first one on. */
const samplesOf = (...samples: readonly Sample[]) => ({
  arrived: [{ at: 0 }],
  samples: samples.map((sample, index) => ({ at: (index + 1) / 2, running: 0, waiting: 0, stage: 'SEALED', ...sample })),
});
const limits = (...values: readonly number[]) => samplesOf(...values.map((limit) => ({ limit, waiting: 1 })));

describe('the goals of the controls', () => {
  it('count ticks until the limit is within one of where it stays', () => {
    expect(settlingTicks(limits(8, 16, 31, 32, 32))).toBe(3);
    expect(settlingTicks(limits(5))).toBe(1);
    expect(settlingTicks(samplesOf({ limit: 3 }))).toBeUndefined();
  });

  it('measure how long a limit takes to come down, from the tick at which nothing waits', () => {
    const up = { limit: 8, running: 8, waiting: 2 };
    expect(comingDownSeconds(samplesOf(up, { limit: 8, running: 1 }, { limit: 4, running: 1 }, { limit: 2, running: 1 }))).toBe(1);
    expect(comingDownSeconds(samplesOf(up, { limit: 8 }))).toBeUndefined();
  });

  it('measure the way back: half of what ran, and no leap of the limit', () => {
    const emergency = { limit: 1, running: 1, stage: 'EMERGENCY' };
    const run = samplesOf(
      { limit: 8, running: 8 },
      emergency,
      { limit: 1, running: 1 },
      { limit: 2, running: 2 },
      { limit: 5, running: 4 },
    );
    expect(recoverySeconds(run, { at: 1, until: 1.5 })).toBe(1);
    expect(largestRise(run)).toBe(3);
    expect(largestRise(limits(1, 9))).toBeUndefined();
  });

  it('count turns in a minute', () => {
    const flutter = limits(...Array.from({ length: 120 }, (_, index) => (index % 2 === 0 ? 2 : 8)));
    expect(reversalsPerMinute(flutter, { from: 0, to: 61 })).toBe(118);
    expect(reversalsPerMinute(limits(4, 5, 4, 5), { from: 0, to: 61 })).toBe(0);
  });

  it('are not met by what was not measured', () => {
    expect(controlsBudgets.map(({ of }) => of({} as never))).toEqual(controlsBudgets.map(() => undefined));
  });
});
