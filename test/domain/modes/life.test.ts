import { describe, expect, it } from '@jest/globals';
import { addSign, lifeOf, livedUntil, momentBefore } from '../../../src/domain/modes/life.js';
import { hour } from '../../../src/domain/modes/settings.js';

const hours = (...signs: number[]) => signs.map((each) => each * hour);
const life = (...signs: number[]) => lifeOf(hours(...signs), 36);

describe('days that count (spec T7)', () => {
  it('lie between signs of life that are not too far apart', () => {
    expect(livedUntil(life(0, 24, 48), Infinity)).toBe(48 * hour);
    expect(livedUntil(life(0, 36), Infinity)).toBe(36 * hour);
    expect(livedUntil(lifeOf([0, 36 * hour + 1], 36), Infinity)).toBe(0);
    expect(livedUntil(life(0, 24, 24 * 30, 24 * 31), Infinity)).toBe(48 * hour);
  });

  it('are shown by the trail, not by the clock: after the last sign nothing has been', () => {
    expect(livedUntil(life(0, 24), 40 * hour)).toBe(24 * hour);
    expect(livedUntil(life(0, 24), 12 * hour)).toBe(12 * hour);
    expect(livedUntil(life(5), 4 * hour)).toBe(0);
    expect(livedUntil(life(), 4 * hour)).toBe(0);
  });

  it('are not earned twice by a clock that is set back', () => {
    const signs: number[] = [];
    for (const at of hours(0, 24, 10, 20, 23, 25)) addSign(signs, at);
    addSign(signs, Number.NaN);
    expect(signs).toEqual(hours(0, 24, 25));
  });

  it.each([
    [24, 24],
    [30, 18],
    [48, Number.NEGATIVE_INFINITY],
    [47, 1],
  ])('%i hours of life ago it was hour %p, over the silence', (ago, expected) => {
    // A week of silence lies between hour 48 and the rest.
    const wanted = momentBefore(life(0, 24, 24 * 9, 24 * 10), ago * hour);
    expect(wanted).toBe(expected === 24 ? 24 * hour : expected * hour);
  });
});
