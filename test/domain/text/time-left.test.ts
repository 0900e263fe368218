import { describe, expect, it } from '@jest/globals';
import { timeLeft } from '../../../src/domain/text/time-left.js';

describe('timeLeft', () => {
  it.each([
    [86_399, '23h59m'],
    [86_400, '24h00m'],
    [3_600, '1h00m'],
    [3_599, '59m'],
    [60, '1m'],
    [59, '59s'],
    [1, '1s'],
    [0, 'over'],
    [-9, 'over'],
  ])('%d seconds are %s', (seconds, text) => expect(timeLeft(new Date(seconds * 1_000), new Date(0))).toBe(text));
});
