import { describe, expect, it } from '@jest/globals';
import type { Consent, ConsentProblem } from '../../../src/domain/review/consent.js';
import { frictionFor, consentProblem, lettersToType, nextStep, riskShown } from '../../../src/domain/review/consent.js';
import { digestWords } from '../../../src/domain/text/digest-words.js';
import { digest } from '../../support/proposals/reviews.js';

const letters = digestWords(digest).slice(-4);

describe('the risk that counts (spec U2)', () => {
  it.each([
    ['low', 'low', 'low'],
    ['low', 'medium', 'medium'],
    ['medium', 'low', 'medium'],
    ['high', 'low', 'high'],
    ['low', 'high', 'high'],
    ['none', 'low', 'high'],
    ['low', undefined, 'low'],
    ['medium', undefined, 'medium'],
  ])('the document says %s, the plan %s: %s', (said, planned, risk) => {
    expect(riskShown({ risk_level: said }, planned === undefined ? undefined : { risk: planned })).toBe(risk);
  });
});

describe('friction grows with risk (spec U2)', () => {
  it('from one key at any time, over one key at the end, to letters after the rollback was shown again', () => {
    expect(frictionFor('low')).toEqual({ readToEnd: false, shownAgain: [], lettersTyped: 0 });
    expect(frictionFor('medium')).toEqual({ readToEnd: true, shownAgain: [], lettersTyped: 0 });
    expect(frictionFor('high')).toEqual({ readToEnd: true, shownAgain: ['rollback_plan', 'on_failure'], lettersTyped: 4 });
    expect(lettersToType({ risk: 'high', digest })).toBe(letters);
    expect(lettersToType({ risk: 'medium', digest })).toBe('');
  });

  const enough = digest.slice(0, 32);
  it.each<[boolean, 'low' | 'medium' | 'high', string | undefined, string]>([
    [true, 'low', undefined, 'ask'],
    [true, 'low', enough.slice(0, 31), 'ask'],
    [true, 'low', enough, 'go'],
    [true, 'medium', enough, 'go'],
    [true, 'high', digest, 'ask'],
    [false, 'low', undefined, 'go'],
    [false, 'medium', undefined, 'refuse'],
    [false, 'medium', enough.slice(0, 31), 'refuse'],
    [false, 'medium', enough, 'go'],
    [false, 'high', enough, 'go'],
    [false, 'high', undefined, 'refuse'],
  ])('a person can be asked: %s, risk %s, named %s: %s', (canAsk, risk, named, step) => {
    expect(nextStep({ risk, canAsk }, named)).toBe(step);
  });
});

describe('a consent is judged by what was displayed (spec U2)', () => {
  const asked = (readToEnd: boolean, typed?: string): Consent => ({ how: 'asked', readToEnd, typed });
  it.each<['low' | 'medium' | 'high', boolean, Consent, ConsentProblem | undefined]>([
    ['low', true, asked(false), undefined],
    ['medium', true, asked(false), 'NOT_READ'],
    ['medium', true, asked(true), undefined],
    ['high', true, asked(true), 'NOT_TYPED'],
    ['high', true, asked(true, 'abcd'), 'NOT_TYPED'],
    ['high', true, asked(true, digestWords(digest)), 'NOT_TYPED'],
    ['high', true, asked(false, letters), 'NOT_READ'],
    ['high', true, asked(true, ` ${letters.toUpperCase()}\n`), undefined],
    ['low', true, { how: 'unasked' }, 'NOT_ASKED'],
    ['high', true, { how: 'unasked', named: digest }, 'NOT_ASKED'],
    ['low', false, { how: 'unasked' }, undefined],
    ['low', false, { how: 'unasked', named: 'ffff' }, 'OTHER_DIGEST'],
    ['high', false, { how: 'unasked', named: `${digest.slice(0, 63)}x` }, 'OTHER_DIGEST'],
    ['high', false, { how: 'unasked' }, 'NOT_NAMED'],
    ['high', false, { how: 'unasked', named: digest.slice(0, 32) }, undefined],
    ['high', false, { how: 'unasked', named: digest.slice(0, 31) }, 'NOT_NAMED'],
  ])('%s risk, can be asked: %s, %j: %s', (risk, canAsk, consent, problem) => {
    expect(consentProblem({ risk, digest, canAsk }, consent)).toBe(problem);
  });
});
