import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { errnoWords, fileWords } from '../../../src/domain/text/errno-words.js';

function errorOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

it('says what a system call found, with the path where one is known', () => {
  const absent = errorOf(() => readFileSync('/no/such/file'));
  expect([errnoWords(absent), fileWords(absent)]).toEqual(['no such file', '/no/such/file: found no such file']);
  expect(fileWords(errorOf(() => readFileSync('/')))).toBe('a folder');
  expect(errnoWords(Object.assign(new Error('x'), { code: 'EXDEV' }))).toBe('what the system calls EXDEV');
});

it.each([
  [new Error('its own words'), 'its own words'],
  [Object.assign(new Error('not of the system'), { code: 'ERR_X' }), 'not of the system'],
  ['a text', 'a text'],
  [undefined, 'undefined'],
])('leaves the words of others: %s', (error, words) => {
  expect([errnoWords(error), fileWords(error)]).toEqual([words, words]);
});
