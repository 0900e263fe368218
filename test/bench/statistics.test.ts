import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { median, pairedRatio, quantile, rounded, summary } from '../../bench/lib/statistics.mjs';

const values = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 50 });

describe('quantile', () => {
  it.each([
    [0.5, 50],
    [0.99, 99],
    [0, 1],
    [1, 100],
  ])('gives for the share %d of 1 to 100 the value %d', (share, expected) => {
    const shuffled = Array.from({ length: 100 }, (_, index) => ((index * 37) % 100) + 1);
    expect(quantile(shuffled, share)).toBe(expected);
  });

  it('is always a value that was measured, and leaves the measurements as they were', () => {
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (measured, share) => {
        const before = [...measured];
        expect(measured).toContain(quantile(measured, share));
        expect(measured).toEqual(before);
      }),
    );
  });

  it('says that nothing was measured', () => {
    expect(quantile([], 0.5)).toBeNaN();
    expect(summary([])).toEqual({ p50: null, p99: null, samples: 0 });
  });
});

it('takes the middle as median, or the mean of the two in the middle', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([])).toBeNaN();
});

it('compares within each round, so that a busy round weighs on both (spec Q3)', () => {
  expect(pairedRatio([10, 1, 20], [20, 2, 40])).toBe(0.5);
  expect(pairedRatio([1, 2, 3], [1])).toBe(1);
});

it('keeps three digits and no number that is none', () => {
  expect([1234.5, 0.012345, Number.NaN, Number.POSITIVE_INFINITY].map((value) => rounded(value))).toEqual([1230, 0.0123, null, null]);
});
