import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Limits } from '../../../src/domain/action/limits.js';
import { charterLimits, smallestLimits } from '../../../src/domain/action/limits.js';

const names = Object.keys(charterLimits) as Exclude<keyof Limits, 'cpuPercent' | 'workspaceMb'>[];
const partial = fc.record(Object.fromEntries(names.map((name) => [name, fc.nat()])), { requiredKeys: [] }) as fc.Arbitrary<Partial<Limits>>;

describe('the quotas of one action (spec X3)', () => {
  it('are those of the charter', () => {
    expect(charterLimits).toMatchObject({ cpuSeconds: 300, wallSeconds: 600, memoryMb: 4_096, diskWriteMb: 1_024, connections: 50 });
  });

  it('are never widened, whoever asks', () => {
    fc.assert(
      fc.property(fc.array(partial), (asked) => {
        const result = smallestLimits(charterLimits, ...asked);
        expect(Object.keys(result)).toEqual(names);
        for (const name of names) {
          const values = [charterLimits[name], ...asked.flatMap((limits) => (limits[name] === undefined ? [] : [limits[name]]))];
          expect(result[name]).toBe(Math.min(...values));
        }
      }),
    );
  });

  it('that the charter does not know begin with whoever names them', () => {
    expect(smallestLimits(charterLimits, { cpuPercent: 150 }, { cpuPercent: 50 }, { workspaceMb: 64 })).toEqual({
      ...{ ...charterLimits, cpuPercent: 50, workspaceMb: 64 },
    });
  });

  it('do not depend on who asked first, and leave the charter alone', () => {
    const before = { ...charterLimits };
    fc.assert(
      fc.property(partial, partial, (a, b) => expect(smallestLimits(charterLimits, a, b)).toEqual(smallestLimits(charterLimits, b, a))),
    );
    expect(charterLimits).toEqual(before);
  });

  it('are not changed by somebody who names no number', () => {
    expect(smallestLimits(charterLimits, { cpuSeconds: undefined } as unknown as Partial<Limits>)).toEqual(charterLimits);
  });
});
