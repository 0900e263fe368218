import { describe, expect, it } from '@jest/globals';
import { parseDataQuery, queryProblem } from '../../../src/domain/oracles/query.js';
import { numberIn } from '../../../src/domain/oracles/number.js';

describe('what may be asked (spec T8)', () => {
  it.each([
    ['groq', 'What is the boiling point of water?'],
    ['wolfram', 'distance from the earth to the moon'],
    ['datacommons', 'Count_Person country/USA'],
    ['datacommons', 'Count_Person country/USA 2020-01'],
    ['datacommons', 'country/USA ->name'],
  ] as const)('%s: %s', (oracle, query) => {
    expect(queryProblem({ oracle, query })).toBeUndefined();
  });

  it.each([
    ['wolfram', '  ', 'expected a question'],
    ['wolfram', 'x'.repeat(201), '201 characters'],
    ['wolfram', 'one\ntwo', 'visible ASCII'],
    ['wolfram', 'caf\u00e9', 'visible ASCII'],
    ['groq', 'a\u200bb', 'visible ASCII'],
    ['groq', 'is AKIAJANUSCANARY00000 a key', 'looks like a key'],
    ['groq', 'use gsk_0123456789abcdefghij', 'looks like a key'],
    ['wolfram', 'sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b', 'looks like a key'],
    ['datacommons', 'How many people live in the USA?', 'expected "VARIABLE ENTITY"'],
    ['datacommons', 'Count_Person', 'expected "VARIABLE ENTITY"'],
    ['datacommons', 'country/USA ->../x', 'expected "VARIABLE ENTITY"'],
  ] as const)('%s: %j is refused: %s', (oracle, query, why) => {
    expect(queryProblem({ oracle, query })).toContain(why);
  });

  it('reads what Data Commons is asked', () => {
    expect(parseDataQuery('Count_Person country/USA')).toEqual({
      kind: 'observation',
      variable: 'Count_Person',
      entity: 'country/USA',
      date: 'LATEST',
    });
    expect(parseDataQuery('Count_Person country/USA all')).toMatchObject({ date: '' });
    expect(parseDataQuery('geoId/06 ->containedInPlace')).toEqual({ kind: 'node', node: 'geoId/06', property: 'containedInPlace' });
  });
});

describe('a number in words', () => {
  it.each([
    ['384400 km (kilometers)', 384_400, 'km'],
    ['67.75 million people (world rank: 20th) (2020 estimate)', 67_750_000, 'people'],
    ['1.989×10^30 kg (kilograms)', 1.989e30, 'kg'],
    ['1,024', 1_024, undefined],
    ['-40 °C', -40, '°C'],
    ['12.5%', 12.5, '%'],
    ['250 people per square kilometer', 250, 'people per square kilometer'],
  ])('%s', (text, value, unit) => {
    expect(numberIn(text)).toEqual({ value, ...(unit !== undefined && { unit }) });
  });

  it.each(['July 4, 1776', '4 July 1776', '5:30 pm', '2020-01-01', '', 'about the same', '1 | 2', '1e999'])('%j is none', (text) => {
    expect(numberIn(text)).toBeUndefined();
  });
});
