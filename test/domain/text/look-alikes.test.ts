import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lookAlikes } from '../../../src/domain/text/look-alikes.js';
import { reviewText } from '../../../src/domain/review/text.js';
import { aSubject } from '../../support/proposals/reviews.js';
import { anyText } from '../../support/texts.js';

describe('letters that look like others (spec A5)', () => {
  it.each([
    ['a Cyrillic a in a Latin word', 'rm /p\u0430ypal.txt', ['p⟦U+0430⟧ypal']],
    ['a Greek omicron', 'g\u03bfogle', ['g⟦U+03BF⟧ogle']],
    ['fullwidth letters', '\uff52\uff4d', ['⟦U+FF52⟧⟦U+FF4D⟧']],
    ['mathematical letters', '\u{1d429}aypal', ['⟦U+1D429⟧aypal']],
    ['each word once', 'p\u0430y p\u0430y', ['p⟦U+0430⟧y']],
  ])('%s', (_, text, found) => expect(lookAlikes(text)).toEqual(found));

  it.each(['Überprüfe das Verzeichnis', 'проверить диск сор', 'έλεγχος δίσκου', '磁盘 90%', 'naïve café', 'a\u0301'])(
    'finds nothing in what people really write: %s',
    (text) => expect(lookAlikes(text)).toEqual([]),
  );

  it('finds a word of nothing but foreign letters where it is executed', () => {
    // Cyrillic es, o, ve, e: drawn like "core".
    expect([lookAlikes('\u0441\u043e\u0440\u0435'), lookAlikes('\u0441\u043e\u0440\u0435', { wholeWords: true })]).toEqual([
      [],
      ['⟦U+0441⟧⟦U+043E⟧⟦U+0440⟧⟦U+0435⟧'],
    ]);
    expect(lookAlikes('диск', { wholeWords: true })).toEqual([]);
  });

  it('names eight words and counts the rest, each cut, whatever the text is', () => {
    const many = Array.from({ length: 20 }, (_, index) => `p\u0430y${index}`).join(' ');
    expect(lookAlikes(many)).toHaveLength(9);
    expect(lookAlikes(many).at(-1)).toBe('and 12 more');
    expect(lookAlikes(`\u0430${'x'.repeat(1_000_000)}`)[0]!.length).toBeLessThan(60);
    fc.assert(fc.property(anyText, (text) => expect(lookAlikes(text, { wholeWords: true }).length).toBeLessThanOrEqual(9)));
  });

  it('is a section of the review, from prose and from commands', () => {
    const text = reviewText(aSubject({ rationale: 'p\u0430ypal wants twenty characters', tool_args: ['cat \u0441\u043e\u0440\u0435'] }));
    expect(text).toContain('\n\nLETTERS THAT LOOK LIKE OTHERS:\n  ⟦U+0441⟧⟦U+043E⟧⟦U+0440⟧⟦U+0435⟧\n  p⟦U+0430⟧ypal\n\n');
    expect(reviewText(aSubject())).not.toContain('LETTERS THAT');
  });
});
