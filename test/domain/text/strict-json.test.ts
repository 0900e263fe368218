import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lineInList, readJson } from '../../../src/domain/text/strict-json.js';

const flawOf = (text: string) => {
  const read = readJson(text);
  return 'flaw' in read ? read.flaw : undefined;
};

describe('what a JSON text says that no value can hold (spec F1)', () => {
  it.each([
    ['the first', 'b', 0, 4],
    ['one behind words and numbers', 'b', 3, 6],
    ['one of a list that is not there', 'c', 0, undefined],
    ['one too many', 'b', 4, undefined],
    ['none in a list of a list', 'inner', 0, undefined],
  ])('names the line of an entry: %s', (_, key, index, line) => {
    const text = '{\n "a": ["b", [{}]],\n "b": [\n  {"inner": [{}, {}]},\n  true, 7,\n  {"b": [1, {}]}\n ]\n}';
    expect(lineInList(text, key, index)).toBe(line);
  });

  it('is nothing in what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1), (value, space) => {
        expect(readJson(JSON.stringify(value, null, space))).toEqual({ value: JSON.parse(JSON.stringify(value)) as unknown });
      }),
    );
  });

  it.each([
    ['{"a": 1, "b": {"a": 2}, "c": [{"a": 1}, {"a": 1}]}', undefined],
    ['{"a": "\\"a\\": 1", "b": ["a", "a"]}', undefined],
    [' ', { line: 1, found: 'nothing: it is empty' }],
    ['{"a": 1,\n}', { line: 2, found: 'a key without its quotes, or a comma too many' }],
    ['{"a"\n1}', { line: 2, found: 'a key without its colon' }],
    ['{"a": "\\q"}', { line: 1, found: 'a \\ with a letter that means nothing' }],
    ['[1, 2', { line: 1, found: 'a comma or a bracket that is missing' }],
    ['[1, "2', { line: 1, found: 'a bracket or a quote that is not closed' }],
    ['[1.]', { found: 'a number that is not complete' }],
    ['[nope]', { found: 'something that is no value' }],
    ['{"a": 1,\n\n"a": 1}', { line: 3, key: 'a', found: 'the same key twice' }],
    ['{"x": [0, {"a": {}, "a": []}]}', { key: 'x.1.a', found: 'the same key twice' }],
    ['{"__proto__": 1, "__proto__": 2}', { key: '__proto__', found: 'the same key twice' }],
    ['[1,\n12345678901234567890]', { line: 2, key: '1', found: '12345678901234567890' }],
    [`${'['.repeat(65)}${']'.repeat(65)}`, { found: 'more than 64 levels of nesting' }],
    [`${'['.repeat(64)}${']'.repeat(64)}`, undefined],
  ])('%s', (text, flaw) => {
    if (flaw === undefined) expect(flawOf(text)).toBeUndefined();
    else expect(flawOf(text)).toMatchObject(flaw);
  });
});
