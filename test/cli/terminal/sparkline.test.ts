import { describe, expect, it } from '@jest/globals';
import { sparkline } from '../../../src/cli/terminal/sparkline.js';

describe('sparkline', () => {
  it.each([
    { what: 'nothing', values: [], width: 5, top: 0, expected: '' },
    { what: 'zeros', values: [0, 0], width: 5, top: 0, expected: '▁▁' },
    { what: 'little is not nothing', values: [0, 1, 1_000], width: 5, top: 0, expected: '▁▂█' },
    { what: 'the last ones', values: [8, 4, 0], width: 2, top: 8, expected: '▅▁' },
    { what: 'a scale that is higher than all', values: [4], width: 1, top: 8, expected: '▅' },
    { what: 'no room', values: [1], width: 0, top: 0, expected: '' },
  ])('$what', ({ values, width, top, expected }) => {
    expect(sparkline(values, width, top)).toBe(expected);
  });
});
