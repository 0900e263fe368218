import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { keepsNumber } from '../../../src/domain/text/kept-number.js';

it.each(['0', '-0', '7', '1.10', '1e3', '1E+3', '0.1', '100', '1e21', '9007199254740992', '.5', '5.'])('%s stays what it is', (source) => {
  expect(keepsNumber(source)).toBe(true);
});

it.each(['1187654321987654321', '9007199254740993', '1e400', '-1e400', '1e-400', '0.1000000000000000055511151231257827', 'x', ''])(
  '%s does not',
  (source) => expect(keepsNumber(source)).toBe(source === ''),
);

it('keeps every number that JavaScript writes', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => expect(keepsNumber(JSON.stringify(value))).toBe(true)),
  );
});
