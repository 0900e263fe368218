import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addSample, quantile } from '../../../src/domain/controls/jitter.js';

const windowOf = (samples: readonly number[]) => samples.reduce(addSample, { samples: [] as readonly number[] });

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
    expect(quantile(windowOf(samples), q)).toBe(value);
  });

  it('is one of the samples, and grows with q', () => {
    const samples = fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 1 });
    const q = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(samples, q, q, (values, a, b) => {
        const window = windowOf(values);
        expect(values).toContain(quantile(window, a));
        expect(quantile(window, Math.min(a, b))).toBeLessThanOrEqual(quantile(window, Math.max(a, b)));
        expect(quantile(window, 0)).toBe(Math.min(...values));
        expect(quantile(window, 1)).toBe(Math.max(...values));
      }),
    );
  });
});

describe('the window (spec G1)', () => {
  it('keeps the last 1200 samples, and leaves the one before as it was', () => {
    const full = windowOf(Array.from({ length: 1_300 }, (_, index) => index));
    expect(full.samples).toHaveLength(1_200);
    expect([full.samples[0], full.samples.at(-1)]).toEqual([100, 1_299]);
    addSample(full, 9);
    expect(full.samples.at(-1)).toBe(1_299);
  });
});
