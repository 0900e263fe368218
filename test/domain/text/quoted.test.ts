import { describe, expect, it } from '@jest/globals';
import { quoted } from '../../../src/domain/text/quoted.js';

describe('quoted', () => {
  it.each([
    ['a/b-c_d.e=f', 'a/b-c_d.e=f'],
    ['', "''"],
    ['a b', "'a b'"],
    ["it's", String.raw`'it'\''s'`],
    ['$(id)', "'$(id)'"],
    ['a\u200bb', "'a⟦U+200B⟧b'"],
    ['a\nb', "'a⟦U+000A⟧b'"],
    ['é', "'é'"],
  ])('%j is %s', (argument, text) => expect(quoted(argument)).toBe(text));
});
