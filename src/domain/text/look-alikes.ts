import { visible } from './visible.js';

/*
 * Letters that are drawn like those of another alphabet. A hint for people and no more: it knows a few alphabets, and what it does not name
 * may deceive all the same. What binds an approval are the bytes, not what they look like.
 */

/** Cyrillic, Greek and Armenian letters that most fonts draw as Latin ones. */
const drawnAsLatin = /^[аАВВеЕоОрРсСуУхХКМНТһҺіІјЈѕЅԁԛԜԝӏΑΒΕΖΗΙΚΜΝΟΡΤΥΧοορνυοΙϳօոսց]+$/u;
/** Whole alphabets that exist to be drawn as Latin: fullwidth and mathematical letters. */
const drawnOver = /[\uff01-\uff5e]|[\u{1d400}-\u{1d7ff}]/u;
const latin = /\p{Script=Latin}/u;
const confusable = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}]/u;
const words = /[\p{L}\p{N}\uff01-\uff5e]+/gu;

/** Words are named so often; more are counted. */
const namedMax = 8;

function isSuspect(word: string, wholeWords: boolean): boolean {
  if (drawnOver.test(word)) return true;
  if (!confusable.test(word)) return false;
  return latin.test(word) || (wholeWords && drawnAsLatin.test(word));
}

/** "p⟦U+0430⟧ypal": the foreign letters by their numbers. */
const spelled = (word: string) =>
  [...word]
    .map((letter) =>
      confusable.test(letter) || drawnOver.test(letter)
        ? `⟦U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟧`
        : visible(letter),
    )
    .join('');

/**
 * Words of which a part may be taken for other letters, spelled out. In prose only where two alphabets are mixed in one word; with
 * `wholeWords`, for what is executed, also words that consist of nothing else.
 */
export function lookAlikes(text: string, { wholeWords = false }: { readonly wholeWords?: boolean } = {}): string[] {
  // Nearly all text: nothing to look for.
  if (!confusable.test(text) && !drawnOver.test(text)) return [];
  const found = [...new Set(text.match(words) ?? [])].filter((word) => isSuspect(word, wholeWords));
  const more = found.length > namedMax ? [`and ${found.length - namedMax} more`] : [];
  return [...found.slice(0, namedMax).map((word) => spelled([...word].slice(0, 40).join(''))), ...more];
}
