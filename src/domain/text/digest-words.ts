/*
 * Digests in words that an eye or a voice can compare: proquints (D. S. Wilkerson, arXiv:0901.4016), an algorithm with a public
 * specification, so there is no list of words to keep or to trust. Sixteen bits are five letters: consonant, vowel, consonant, vowel,
 * consonant.
 *
 * Eight words are the first 128 bits: whoever writes two texts needs some 2^64 hashes for two with the same eight, and a second text for given words
 * costs some 2^128. Of fewer words or digits two texts are found in minutes, so a message that names less names nothing. What is signed, and what
 * hands compute again, is the whole digest.
 */
const consonants = 'bdfghjklmnprstvz';
const vowels = 'aiou';

/** How many words people compare, and a message names at least. */
export const wordsShown = 8;

/** The same in hex digits. */
export const namingDigits = 4 * wordsShown;

function wordOf(bits: number): string {
  const consonant = (shift: number) => consonants.charAt((bits >> shift) & 15);
  const vowel = (shift: number) => vowels.charAt((bits >> shift) & 3);
  return consonant(12) + vowel(10) + consonant(6) + vowel(4) + consonant(0);
}

/** "lusab-babad-gutih-tugad": the first bits of a digest in hex, sixteen for each word. */
export function digestWords(digest: string, words = wordsShown): string {
  return Array.from({ length: words }, (_, index) => wordOf(Number.parseInt(digest.slice(4 * index, 4 * index + 4), 16))).join('-');
}

function hexOf(word: string): string {
  const digits = [...word].map((letter, index) => (index % 2 === 0 ? consonants : vowels).indexOf(letter));
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = digits;
  return ((a << 12) | (b << 10) | (c << 6) | (d << 4) | e).toString(16).padStart(4, '0');
}

const isWord = (text: string) => new RegExp(`^[${consonants}][${vowels}][${consonants}][${vowels}][${consonants}]$`).test(text);
const wordsMax = 16;

/** Between words, and between groups of four digits: blanks and hyphens, also those that a phone or a word processor makes of them. */
const separators = /[\s\-\u2010-\u2015\u2212]+/;

/**
 * What somebody typed of a digest, as hex digits in lower case: 4 to 64 of its digits, or at least two of its words, in any case, with blanks or
 * hyphens between words and between groups of digits ("93ec-a4e5"). Undefined where it is not one of these. One word alone could be taken for hex
 * digits, so it is never read as a word; groups have a multiple of four digits, so that no row of words is read as digits.
 */
export function parseDigestPrefix(typed: string): string | undefined {
  const parts = typed.trim().toLowerCase().split(separators);
  if (parts.length > 1 && parts.length <= wordsMax && parts.every(isWord)) return parts.map(hexOf).join('');
  const areGroups = parts.every((part, index) => part !== '' && (part.length % 4 === 0 || index === parts.length - 1));
  const digits = parts.join('');
  return areGroups && /^[0-9a-f]{4,64}$/.test(digits) ? digits : undefined;
}

/** What somebody named who had nothing displayed: at least 32 of its hex digits, or the first eight of its words. Undefined where it is less. */
export function parseNamedDigest(typed: string): string | undefined {
  const digits = parseDigestPrefix(typed);
  return digits !== undefined && digits.length >= namingDigits ? digits : undefined;
}
