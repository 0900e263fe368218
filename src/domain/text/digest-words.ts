/*
 * Digests in words that an eye or a voice can compare: proquints (D. S. Wilkerson, arXiv:0901.4016), an algorithm with a public
 * specification, so there is no list of words to keep or to trust. Sixteen bits are five letters: consonant, vowel, consonant, vowel,
 * consonant.
 *
 * Four words are the first 64 bits. They tell two proposals apart, and catch a surface that shows another one: a second text with the same
 * words costs some 2^64 hashes. They do not bind: whoever writes both texts finds two with the same words after some 2^32 hashes, in minutes.
 * What binds is the whole digest, which ubos computes over what it shows, which people sign, and which hands compute again.
 */
const consonants = 'bdfghjklmnprstvz';
const vowels = 'aiou';

/** How many words people compare. */
export const wordsShown = 4;

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

const word = `[${consonants}][${vowels}][${consonants}][${vowels}][${consonants}]`;
const inWords = new RegExp(`^${word}(?:-${word}){1,15}$`);

/**
 * What somebody typed of a digest, as hex digits: "93ec-a4e5", more or fewer of its digits (4 to 64), or at least two of its words.
 * Undefined where it is not one of these. One word alone could be taken for hex digits, so it is never read as a word.
 */
export function parseDigestPrefix(typed: string): string | undefined {
  const text = typed.trim().toLowerCase();
  if (inWords.test(text)) return text.split('-').map(hexOf).join('');
  return /^[0-9a-f]{4}-?[0-9a-f]{0,60}$/.test(text) ? text.replace('-', '') : undefined;
}
