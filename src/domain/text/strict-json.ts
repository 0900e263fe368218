import { keepsNumber } from './kept-number.js';
import { levelsMax } from './sound-json.js';

/** What a JSON text says that no value can hold. */
export interface JsonFlaw {
  readonly line: number;
  readonly key: string;
  readonly found: string;
  readonly allowed: string;
}

const tokens = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|[{}[\],:]/g;

/** One object or list that is open: the keys that were there, or how many values; and where that stands. */
interface Open {
  readonly keys: Set<string> | undefined;
  key: string;
  index: number;
}

const placeOf = (open: readonly Open[]) => open.map(({ keys, key, index }) => (keys === undefined ? String(index) : key)).join('.');

/** The first of two equal keys in one object, and of numbers that JavaScript would change. For texts that `JSON.parse` takes. */
function* flawsOf(text: string): Generator<Omit<JsonFlaw, 'line'> & { readonly at: number }> {
  const open: Open[] = [];
  let expectsKey = false;
  for (const { 0: token, index: at } of text.matchAll(tokens)) {
    const inside = open.at(-1);
    if (token === '{' || token === '[') {
      open.push({ keys: token === '{' ? new Set() : undefined, key: '', index: 0 });
      expectsKey = token === '{';
      if (open.length > levelsMax)
        yield { at, key: '', found: `more than ${levelsMax} levels of nesting`, allowed: `at most ${levelsMax} levels are read` };
    } else if (token === '}' || token === ']') {
      open.pop();
      expectsKey = false;
    } else if (token === ',' && inside !== undefined) {
      inside.index += 1;
      expectsKey = inside.keys !== undefined;
    } else if (token.startsWith('"') && expectsKey && inside?.keys !== undefined) {
      const key = JSON.parse(token) as string;
      inside.key = key;
      expectsKey = false;
      if (inside.keys.has(key))
        yield { at, key: placeOf(open), found: 'the same key twice', allowed: 'one of them would be lost: leave one' };
      inside.keys.add(key);
    } else if (/^[-\d]/.test(token) && !keepsNumber(token)) {
      yield { at, key: placeOf(open), found: token.slice(0, 40), allowed: 'no number is kept so exactly: quote it, as "text"' };
    }
  }
}

/** Why this text, which is JSON, would not be read as it is written; undefined where it would. */
export function jsonFlaw(text: string): JsonFlaw | undefined {
  for (const { at, ...flaw } of flawsOf(text)) return { ...flaw, line: text.slice(0, at).split('\n').length };
  return undefined;
}
