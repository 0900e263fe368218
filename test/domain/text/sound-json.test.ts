import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson } from '../../../src/domain/text/canonical.js';
import { isDeeper, levelsMax, unsoundJson } from '../../../src/domain/text/sound-json.js';

const nested = (levels: number): unknown => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`);
const members = (levels: number): unknown => JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`);

describe('JSON that can be hashed, signed and written down (spec P1)', () => {
  it('has so many levels and not one more', () => {
    expect(unsoundJson(nested(levelsMax + 1))).toBeUndefined();
    expect(unsoundJson(nested(levelsMax + 2))).toBe('it has more than 64 levels');
    expect(unsoundJson(members(levelsMax))).toBeUndefined();
    expect(unsoundJson(members(levelsMax + 1))).toBe('it has more than 64 levels');
    expect(unsoundJson(nested(500_000))).toBe('it has more than 64 levels');
    expect([isDeeper(nested(11), 10), isDeeper(nested(12), 10)]).toEqual([false, true]);
  });

  it.each([['\ud800'], [{ a: ['x\udfff'] }], [{ '\ud800': 1 }], [[{ a: { 'b\udc00': '' } }]]])(
    'holds no half of a character: %j',
    (value) => {
      expect(unsoundJson(value)).toContain('lone surrogate');
    },
  );

  it('is whatever canonical JSON takes', () => {
    const value = fc.jsonValue({ stringUnit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)) });
    fc.assert(
      fc.property(value, (any) => {
        const isSound = unsoundJson(any) === undefined;
        if (isSound) expect(() => canonicalJson(any)).not.toThrow();
        else expect(() => canonicalJson(any)).toThrow();
      }),
    );
  });
});
