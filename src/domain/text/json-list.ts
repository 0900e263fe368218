import { tokensOf } from './strict-json.js';

const isKey = (token: string, key: string) => token.startsWith('"') && JSON.parse(token) === key;

/** Where the list at a top-level key is closed; undefined where there is no such list. For texts that `JSON.parse` takes. */
function closingOf(text: string, key: string): number | undefined {
  let [depth, isMeant] = [0, false];
  let [last, before] = ['', ''];
  for (const { 0: token, index } of tokensOf(text)) {
    if (token === ']' && depth === 2 && isMeant) return index;
    if (token === '[' && depth === 1) isMeant = last === ':' && isKey(before, key);
    if (token === '{' || token === '[') depth += 1;
    if (token === '}' || token === ']') depth -= 1;
    [before, last] = [last, token];
  }
  return undefined;
}

/**
 * The text with one value more at the end of a list, laid out by two blanks for each level where the list has lines of its own; every other
 * character stays as it is. Undefined where there is no such list.
 */
export function appendToList(text: string, key: string, value: unknown): string | undefined {
  const closing = closingOf(text, key);
  if (closing === undefined) return undefined;
  const before = text.slice(0, closing).trimEnd();
  const after = text.slice(before.length);
  const isEmpty = before.endsWith('[');
  if (!text.trim().includes('\n')) return `${before}${isEmpty ? '' : ', '}${JSON.stringify(value)}${after}`;
  const laidOut = JSON.stringify(value, undefined, 2).replaceAll('\n', '\n    ');
  const closesOnItsOwn = /^\s*\n\s*\]/.test(after);
  return `${before}${isEmpty ? '' : ','}\n    ${laidOut}${closesOnItsOwn ? '' : '\n  '}${after}`;
}
