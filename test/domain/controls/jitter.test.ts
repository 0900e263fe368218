import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createJitterWindow } from '../../../src/domain/controls/jitter.js';

const windowOf = (samples: readonly number[], samplesMax?: number) => {
  const window = createJitterWindow(samplesMax);
  samples.forEach((each) => window.add(each));
  return window;
};

describe('quantile', () => {
  it.each([
    [[], 0.5, 0],
    [[7], 0, 7],
    [[7], 1, 7],
    [[4, 1, 3, 2], 0.5, 2],
    [[4, 1, 3, 2], 0.51, 3],
    [[4, 1, 3, 2], 0.99, 4],
    [[1.26], 0.5, 1.3],
    [[-0.04], 0.5, -0],
  ])('of %j at %d is %d', (samples, q, value) => {
    expect(windowOf(samples).quantile(q)).toBe(value);
  });

  it('is one of the samples, and grows with q', () => {
    const samples = fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 1 });
    const q = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(samples, q, q, (values, a, b) => {
        const window = windowOf(values);
        expect(values).toContain(window.quantile(a));
        expect(window.quantile(Math.min(a, b))).toBeLessThanOrEqual(window.quantile(Math.max(a, b)));
        expect(window.quantile(0)).toBe(Math.min(...values));
        expect(window.quantile(1)).toBe(Math.max(...values));
      }),
    );
  });
});

describe('the window (spec G1)', () => {
  it('keeps the last 1200 samples', () => {
    const full = windowOf(Array.from({ length: 1_300 }, (_, index) => index));
    expect([full.quantile(0), full.quantile(1)]).toEqual([100, 1_299]);
  });

  it('says of the last samples what sorting them would, whatever came before', () => {
    const samples = fc.array(fc.oneof(fc.integer({ min: 0, max: 9 }), fc.double({ min: 0, max: 500, noNaN: true })), { minLength: 1 });
    fc.assert(
      fc.property(samples, fc.integer({ min: 1, max: 12 }), fc.double({ min: 0, max: 1, noNaN: true }), (values, max, q) => {
        const last = values.slice(-max).sort((a, b) => a - b);
        const rank = Math.max(0, Math.ceil(q * last.length) - 1);
        expect(windowOf(values, max).quantile(q)).toBe(Math.round((last[rank] ?? 0) * 10) / 10);
      }),
    );
  });
});
