import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { shownName } from '../../../../src/adapters/sandbox/workspace/shown-name.js';

describe('shownName', () => {
  it.each([
    ['plain.txt', Buffer.from('plain.txt'), 'plain.txt'],
    ['text of other scripts', Buffer.from('naïve 文件'), 'naïve 文件'],
    ['a byte that is no text', Buffer.from([0x61, 0xff, 0x62]), 'a⟦0xFF⟧b'],
    ['an overlong slash', Buffer.from([0xc0, 0xaf]), '⟦0xC0⟧⟦0xAF⟧'],
    ['half a character', Buffer.from([0xe6, 0x96]), '⟦0xE6⟧⟦0x96⟧'],
    ['text beside bytes', Buffer.from([0xff, 0xc3, 0xa9, 0x0a]), '⟦0xFF⟧é⟦U+000A⟧'],
    ['a control sequence', Buffer.from('\u001b[2J'), '⟦U+001B⟧[2J'],
    ['a turned line', Buffer.from('a\u202eb\n'), 'a⟦U+202E⟧b⟦U+000A⟧'],
  ])('%s', (_, name, shown) => {
    expect(shownName(name)).toBe(shown);
  });

  it('never lets a control character through, and drops no byte', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (bytes) => {
        const shown = shownName(Buffer.from(bytes));
        expect(shown).not.toMatch(/[\u0000-\u001f\u007f-\u009f\ufffd]/);
        expect(shown.length).toBeGreaterThan(0);
      }),
    );
  });
});
