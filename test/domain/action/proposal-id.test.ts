import { readFileSync, readdirSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { assertProposalId, isProposalId } from '../../../src/domain/action/proposal-id.js';

const src = new URL('../../../src/', import.meta.url).pathname;

it.each([
  ['janus-0123456789ab', true],
  ['janus-0123456789ab\n', false],
  ['janus-0123456789AB', false],
  ['janus-0123456789abc', false],
  ['../janus-0123456789ab', false],
  ['janus-0123456789ab-review', false],
  [undefined, false],
])('%j: %s (spec P1)', (value, expected) => {
  expect(isProposalId(value)).toBe(expected);
  const assert = () => assertProposalId(value as string);
  if (expected) expect(assert).not.toThrow();
  else expect(assert).toThrow(TypeError);
});

it('the form of an id stands once (spec P1)', () => {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const having = files.filter((name) => readFileSync(`${src}${name}`, 'utf8').includes('janus-[0-9a-f]'));
  expect(having).toEqual(['domain/action/proposal-id.ts']);
});
