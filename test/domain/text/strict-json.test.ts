import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { jsonFlaw } from '../../../src/domain/text/strict-json.js';

describe('what a JSON text says that no value can hold (spec F1)', () => {
  it('is nothing in what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1), (value, space) => {
        expect(jsonFlaw(JSON.stringify(value, null, space))).toBeUndefined();
      }),
    );
  });

  it.each([
    ['{"a": 1, "b": {"a": 2}, "c": [{"a": 1}, {"a": 1}]}', undefined],
    ['{"a": "\\"a\\": 1", "b": ["a", "a"]}', undefined],
    ['{"a": 1,\n\n"a": 1}', { line: 3, key: 'a', found: 'the same key twice' }],
    ['{"x": [0, {"a": {}, "a": []}]}', { key: 'x.1.a', found: 'the same key twice' }],
    ['{"__proto__": 1, "__proto__": 2}', { key: '__proto__', found: 'the same key twice' }],
    ['[1,\n12345678901234567890]', { line: 2, key: '1', found: '12345678901234567890' }],
    [`${'['.repeat(65)}${']'.repeat(65)}`, { found: 'more than 64 levels of nesting' }],
    [`${'['.repeat(64)}${']'.repeat(64)}`, undefined],
  ])('%s', (text, flaw) => {
    if (flaw === undefined) expect(jsonFlaw(text)).toBeUndefined();
    else expect(jsonFlaw(text)).toMatchObject(flaw);
  });
});
