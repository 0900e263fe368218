import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { wilsonBound } from '../../../src/domain/modes/wilson.js';

describe('the Wilson bound', () => {
  it.each([
    [52, 52, true],
    [51, 51, false],
    [86, 87, true],
    [85, 86, false],
    [116, 118, true],
    [115, 117, false],
  ])('%i of %i approved: sure of 95 %% is %p', (approved, decided, isSure) => {
    expect(wilsonBound(approved, decided) >= 9_500).toBe(isSure);
  });

  it('lies under the share itself, and rises with what was approved', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 0, max: 5_000 }), (decided, some) => {
        const approved = Math.min(some, decided);
        const bound = wilsonBound(approved, decided);
        expect(bound).toBeLessThanOrEqual((10_000 * approved) / decided);
        if (approved < decided) expect(wilsonBound(approved + 1, decided)).toBeGreaterThanOrEqual(bound);
      }),
    );
  });

  it('is nothing where nobody decided', () => expect([wilsonBound(0, 0), wilsonBound(0, 9)]).toEqual([0, 0]));
});
