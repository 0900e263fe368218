import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeText } from '../../../src/domain/text/strict-text.js';

it('gives back every text that was written, without a byte order mark (spec F1)', () => {
  const text = fc.string({ unit: 'grapheme' }).filter((each) => each.isWellFormed() && !each.startsWith('\ufeff'));
  fc.assert(fc.property(text, (each) => expect(decodeText(Buffer.from(each))).toBe(each)));
  expect(decodeText(Buffer.from('\ufeffx'))).toBe('x');
});

it.each([
  ['x\ny', 0xe9, 2],
  ['x\r\n\n', 0xff, 3],
  ['', 0x80, 1],
])('names the line of the first bytes that are no text', (before, byte, line) => {
  expect(decodeText(Buffer.concat([Buffer.from(before), Buffer.from([byte]), Buffer.from('\nafter')]))).toMatchObject({ line });
});
