import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { badReference, only, parseReference } from '../../src/client/identifiers.js';
import { JanusError } from '../../src/domain/errors.js';

describe('parseReference', () => {
  it.each([
    { text: 'janus-0123456789ab', gives: { kind: 'id', id: 'janus-0123456789ab' } },
    { text: '0123456789ab', gives: { kind: 'id', id: 'janus-0123456789ab' } },
    { text: 'JANUS-0123456789AB', gives: { kind: 'id', id: 'janus-0123456789ab' } },
    { text: 'janus-012345', gives: { kind: 'prefix', id: 'janus-012345' } },
    { text: '012345', gives: { kind: 'prefix', id: 'janus-012345' } },
    { text: '@latest', gives: { kind: 'latest' } },
    { text: '01234', gives: undefined },
    { text: 'janus-01234', gives: undefined },
    { text: 'janus-0123456789abc', gives: undefined },
    { text: 'janus-0123456789ax', gives: undefined },
    { text: '@newest', gives: undefined },
    { text: '', gives: undefined },
    { text: "012345' OR 1", gives: undefined },
    { text: ' 012345', gives: undefined },
  ])('$text', ({ text, gives }) => {
    expect(parseReference(text)).toEqual(gives);
  });

  it('never lets anything but hex digits into a query', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const reference = parseReference(text);
        if (reference !== undefined && 'id' in reference) expect(reference.id).toMatch(/^janus-[0-9a-f]{6,12}$/);
      }),
    );
  });
});

describe('only', () => {
  it('gives the one candidate', () => {
    expect(only('0123', ['janus-0123456789ab'])).toBe('janus-0123456789ab');
  });

  it.each([
    { candidates: [], code: 'PROPOSAL_NOT_FOUND', message: 'there is no proposal 012345' },
    { candidates: ['janus-a', 'janus-b'], code: 'AMBIGUOUS_ID', message: '012345 fits 2 proposals: janus-a, janus-b' },
    {
      candidates: Array.from({ length: 9 }, (_, index) => `janus-${index}`),
      code: 'AMBIGUOUS_ID',
      message: '012345 fits 9 proposals: janus-0, janus-1, janus-2, janus-3, janus-4, janus-5, janus-6, janus-7',
    },
  ])('$code for $candidates.length candidates', ({ candidates, code, message }) => {
    expect(() => only('012345', candidates)).toThrow(expect.objectContaining({ code, message }));
  });
});

it('what is no reference is quoted and cut', () => {
  const error = badReference(`\n${'x'.repeat(500)}`);
  expect(error).toBeInstanceOf(JanusError);
  expect(error.message).toBe(`"\\n${'x'.repeat(59)}" is no proposal id`);
});
