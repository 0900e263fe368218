import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { wrapCommandLine, wrapText } from '../../../src/domain/text/wrap.js';

describe('wrapText', () => {
  it('keeps indent, hangs what follows, and leaves a long word whole', () => {
    expect(wrapText('  one two three four\nword', 11, { hanging: 2 })).toBe('  one two\n    three\n    four\nword');
    expect(wrapText('a averyveryverylongword b', 8)).toBe('a\naveryveryverylongword\nb');
  });

  it('breaks a long word where it is told with what mark, and no line is too long then', () => {
    expect(wrapText('  a 0123456789 b', 8, { breakMark: '+', hanging: 1 })).toBe('  a\n   0123+\n   4567+\n   89 b');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 8, max: 20 }), (text, columns) => {
        const lines = wrapText(text.replaceAll(/\s/g, ''), columns, { breakMark: '↵', hanging: 2, widthOf: stringWidth }).split('\n');
        expect(lines.filter((line) => stringWidth(line) > columns)).toEqual([]);
      }),
    );
  });

  it('loses no word, and no line is longer than it may be unless it is one word', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 }), fc.integer({ min: 4, max: 40 }), (words, columns) => {
        const lines = wrapText(words.join(' '), columns).split('\n');
        expect(lines.join(' ').split(' ')).toEqual(words);
        expect(lines.filter((line) => line.length > columns && line.includes(' '))).toEqual([]);
      }),
    );
  });
});

describe('wrapCommandLine', () => {
  it('breaks between words, never inside quotes, and stays one command for a shell', () => {
    expect(wrapCommandLine("  ubos reject ID --reason 'one two three'", 24)).toBe(
      "  ubos reject ID \\\n    --reason \\\n    'one two three'",
    );
    expect(wrapCommandLine('  ubos review ID', 24)).toBe('  ubos review ID');
  });
});
