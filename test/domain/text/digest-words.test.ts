import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { digestWords, parseDigestPrefix, parseNamedDigest } from '../../../src/domain/text/digest-words.js';

const hex = (bytes: readonly number[]) => Buffer.from(bytes).toString('hex');
const anyDigest = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'));

describe('digestWords (spec A1, A5)', () => {
  // The examples of the specification, arXiv:0901.4016.
  it.each([
    [[127, 0, 0, 1], 'lusab-babad'],
    [[63, 84, 220, 193], 'gutih-tugad'],
    [[63, 118, 7, 35], 'gutuk-bisog'],
    [[140, 98, 193, 141], 'mudof-sakat'],
    [[64, 255, 6, 200], 'haguz-biram'],
    [[128, 30, 52, 45], 'mabiv-gibot'],
    [[147, 67, 119, 2], 'natag-lisaf'],
    [[212, 58, 253, 68], 'tibup-zujah'],
    [[216, 35, 68, 215], 'tobog-higil'],
    [[216, 68, 232, 21], 'todah-vobij'],
    [[198, 81, 129, 136], 'sinid-makam'],
    [[12, 110, 110, 204], 'budov-kuras'],
  ] as const)('%j is %s', (bytes, words) => {
    expect(digestWords(hex(bytes), 2)).toBe(words);
    expect(parseDigestPrefix(words)).toBe(hex(bytes));
  });

  it('shows eight words: the first 128 bits, and every one of them counts', () => {
    fc.assert(
      fc.property(anyDigest, fc.nat(255), (digest, bit) => {
        const flipped = Buffer.from(digest, 'hex');
        flipped[bit >> 3]! ^= 128 >> (bit & 7);
        expect(digestWords(digest)).toMatch(/^(?:[a-z]{5}-){7}[a-z]{5}$/);
        expect(digestWords(flipped.toString('hex')) === digestWords(digest)).toBe(bit >= 128);
      }),
    );
  });
});

describe('parseDigestPrefix (spec A1)', () => {
  it('reads back what was shown, in words or in digits', () => {
    fc.assert(
      fc.property(anyDigest, fc.integer({ min: 2, max: 16 }), fc.integer({ min: 4, max: 64 }), (digest, words, digits) => {
        expect(parseDigestPrefix(digestWords(digest, words).toUpperCase())).toBe(digest.slice(0, 4 * words));
        expect(parseDigestPrefix(digest.slice(0, digits))).toBe(digest.slice(0, digits));
      }),
    );
    expect(parseDigestPrefix(' 9F2C-41ab ')).toBe('9f2c41ab');
  });

  it.each([
    '',
    'abc',
    'lusab',
    'lusab-',
    'lusab-babae',
    '-lusab-babad',
    'lusab.babad',
    'lusabbabad',
    '9f-2c41ab',
    '-9f2c41ab',
    '9f2c-',
    '0x9f2c41ab',
    'x'.repeat(64),
    '0'.repeat(65),
    'lusab-9f2c',
  ])('refuses %j', (text) => expect(parseDigestPrefix(text)).toBeUndefined());

  it.each([
    ['LUSAB-BABAD', '7f000001'],
    ['Lusab Babad', '7f000001'],
    ['lusab - babad', '7f000001'],
    ['lusab\u2011babad', '7f000001'],
    ['lusab \u2013\u00a0babad\n', '7f000001'],
    ['9F2C 41AB', '9f2c41ab'],
    ['9f2c\u201041ab-0', '9f2c41ab0'],
    ['9f2c--41ab', '9f2c41ab'],
  ])('takes %j for the value that it stands for', (typed, digits) => {
    expect(parseDigestPrefix(typed)).toBe(digits);
  });

  it('names a plan by 32 digits or eight words, and by no less', () => {
    fc.assert(
      fc.property(anyDigest, (digest) => {
        expect(parseNamedDigest(digest.slice(0, 32))).toBe(digest.slice(0, 32));
        expect(parseNamedDigest(digestWords(digest))).toBe(digest.slice(0, 32));
        expect([parseNamedDigest(digest.slice(0, 31)), parseNamedDigest(digestWords(digest, 7))]).toEqual([undefined, undefined]);
      }),
    );
  });

  it('takes a single word for the hex digits that it may be, never for a word', () => {
    expect([parseDigestPrefix('babad'), parseDigestPrefix('babad-babad')]).toEqual(['babad', '00010001']);
  });
});
