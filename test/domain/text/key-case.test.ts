import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { camelKeys, snakeKeys } from '../../../src/domain/text/key-case.js';

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,6}$/);
const camelKey = fc
  .tuple(word, fc.array(fc.stringMatching(/^[A-Z][a-z0-9]{0,6}$/), { maxLength: 3 }))
  .map(([first, rest]) => [first, ...rest].join(''));
const data = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, fc.string(), fc.integer(), fc.constant(null), fc.boolean(), tie('list'), tie('object')),
  list: fc.array(tie('value'), { maxLength: 4 }),
  object: fc.dictionary(camelKey, tie('value'), { maxKeys: 4 }),
})).object;

describe('snakeKeys and camelKeys (spec P1)', () => {
  it('undo each other, whatever the data is: the digest of a plan survives the wire', () => {
    fc.assert(fc.property(data, (value) => expect(camelKeys(snakeKeys(value))).toEqual(value)));
  });

  it('rename keys at every depth, and no value', () => {
    const inside = { proposalId: 'aB', results: [{ exitCode: 0, peakMemoryMb: 8, files: [{ sha256: 'aB' }] }], plan: null };
    expect(snakeKeys(inside)).toEqual({
      proposal_id: 'aB',
      results: [{ exit_code: 0, peak_memory_mb: 8, files: [{ sha256: 'aB' }] }],
      plan: null,
    });
  });

  it.each([
    { name: 'the document', key: 'document', wire: 'document' },
    { name: 'names of groups', key: 'groups', wire: 'groups' },
    { name: 'paths of files', key: 'fileSha256', wire: 'file_sha256' },
  ])('leave alone what others named: $name', ({ key, wire }) => {
    const others = { camelCase: { aB: 1 }, snake_case: { a_b: 2 } };
    expect(snakeKeys({ [key]: others })).toEqual({ [wire]: others });
    expect(camelKeys<unknown>({ [wire]: others })).toEqual({ [key]: others });
  });
});
