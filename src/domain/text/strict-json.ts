import { jsonWords } from './json-words.js';
import { keepsNumber } from './kept-number.js';
import { levelsMax } from './sound-json.js';

/** Why a text is not read: it is no JSON, or it says what no value can hold. */
export interface JsonFlaw {
  readonly line: number;
  readonly key: string;
  readonly found: string;
  readonly allowed: string;
}

const tokens = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|[{}[\],:]/g;

/** Strings, numbers and brackets of a JSON text, each with its place; words such as `true` are none. */
export const tokensOf = (text: string) => text.matchAll(tokens);

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
  for (const { 0: token, index: at } of tokensOf(text)) {
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

/**
 * On which line an object or list begins that stands at this place of a list, which a key of the outermost object holds; undefined where there is none.
 * For texts that `JSON.parse` takes.
 */
export function lineInList(text: string, key: string, wanted: number): number | undefined {
  let [depth, name, index] = [0, '', -1];
  for (const { 0: token, index: offset } of tokensOf(text)) {
    const isOpening = token === '{' || token === '[';
    if (depth === 2 && index === wanted && isOpening) return text.slice(0, offset).split('\n').length;
    if (depth === 2 && index >= 0 && token === ',') index += 1;
    if (depth === 1 && token.startsWith('"')) name = JSON.parse(token) as string;
    if (depth === 1 && token === '[' && name === key) index = 0;
    if (isOpening) depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    if (depth === 1) index = -1;
  }
  return undefined;
}

function parsed(text: string): { readonly value: unknown } | { readonly error: unknown } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return { error };
  }
}

/** True where the text is wrong already, and not merely cut off. */
function isBroken(text: string): boolean {
  const read = parsed(text);
  if (!('error' in read)) return false;
  const said = String(read.error).replace(/^SyntaxError: /, '');
  return !said.startsWith('Unexpected end') && Number(/at position (\d+)/.exec(said)?.[1] ?? -1) < text.length;
}

/** The engine names the position of some errors only, so the line is the last of the shortest run of lines that is wrong already. */
function brokenLine(text: string): number {
  const lines = text.split('\n');
  let [low, high] = [1, lines.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isBroken(`${lines.slice(0, middle).join('\n')}\n`)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The value of a JSON text as it is written, or why it would not be read so: the one reader for what people write. Never throws. */
export function readJson(text: string): { readonly value: unknown } | { readonly flaw: JsonFlaw } {
  if (text.trim() === '') return { flaw: { line: 1, key: '', found: 'nothing: it is empty', allowed: 'the file must be JSON' } };
  const read = parsed(text);
  if ('error' in read) return { flaw: { line: brokenLine(text), key: '', ...jsonWords(read.error) } };
  for (const { at, ...flaw } of flawsOf(text)) return { flaw: { ...flaw, line: text.slice(0, at).split('\n').length } };
  return read;
}
