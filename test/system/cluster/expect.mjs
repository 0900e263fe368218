/** What a check found otherwise than it should be is its error. */
export function isTrue(fact, words) {
  if (!fact) throw new Error(words);
}

export const same = (found, expected, what) =>
  isTrue(JSON.stringify(found) === JSON.stringify(expected), `${what}: ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`);

export const matches = (text, pattern) => isTrue(pattern.test(text), `no ${pattern} in: ${text.slice(-400)}`);
