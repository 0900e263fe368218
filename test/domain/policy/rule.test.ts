import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Looser, PolicyRule, PolicyValue } from '../../../src/domain/policy/rule.js';
import { comparePolicies, differenceText } from '../../../src/domain/policy/rule.js';

const effectOf = (looser: Looser, from: PolicyValue, to: PolicyValue) =>
  comparePolicies([{ key: 'k', value: from, looser }], [{ key: 'k', value: to, looser }])[0]?.effect ?? 'same';

describe('comparePolicies (spec C7)', () => {
  const ranked = ['required', 'optional', 'off'];
  it.each<[Looser, PolicyValue, PolicyValue, string]>([
    ['more', 1, 2, 'looser'],
    ['more', 2, 1, 'stricter'],
    ['more', 2, null, 'looser'],
    ['more', null, 2, 'stricter'],
    ['more', null, null, 'same'],
    ['more', 2, 'many', 'looser'],
    ['fewer', 2, 1, 'looser'],
    ['fewer', 1, 2, 'stricter'],
    ['more', ['a'], ['a', 'b'], 'looser'],
    ['more', ['a', 'b'], ['a'], 'stricter'],
    ['more', ['a', 'b'], ['b', 'a'], 'same'],
    ['more', ['a'], ['b'], 'looser'],
    ['more', ['*'], ['a'], 'stricter'],
    ['more', ['a'], ['*'], 'looser'],
    ['more', [], ['a'], 'looser'],
    ['fewer', ['a', 'b'], ['a'], 'looser'],
    ['fewer', ['a'], ['a', 'b'], 'stricter'],
    ['true', false, true, 'looser'],
    ['true', true, false, 'stricter'],
    ['false', true, false, 'looser'],
    ['false', false, true, 'stricter'],
    ['other', 'a', 'b', 'looser'],
    [ranked, 'required', 'off', 'looser'],
    [ranked, 'off', 'required', 'stricter'],
    [ranked, 'required', 'whatever', 'looser'],
    ['ways', ['1 a'], ['2 a'], 'stricter'],
    ['ways', ['2 a'], ['1 a'], 'looser'],
    ['ways', ['1 *'], ['1 a'], 'stricter'],
    ['ways', ['1 a'], ['1 *'], 'looser'],
    ['ways', ['1 a, 1 b'], ['1 a'], 'looser'],
    ['ways', ['1 a'], ['1 a, 1 b'], 'stricter'],
    ['ways', ['1 a'], ['1 a', '1 b'], 'looser'],
    ['ways', ['1 a', '1 b'], ['1 a, 1 b'], 'stricter'],
  ])('%j: %j -> %j is %s', (looser, from, to, effect) => {
    expect(effectOf(looser, from, to)).toBe(effect);
  });

  it('takes what was not said for what it comes to, and for looser where that is nothing', () => {
    const keys: PolicyRule = { key: 'keys.ana', value: ['x'], looser: 'more', absent: [] };
    expect(comparePolicies([], [keys])).toEqual([{ key: 'keys.ana', from: [], to: ['x'], effect: 'looser' }]);
    expect(comparePolicies([keys], [])).toEqual([{ key: 'keys.ana', from: ['x'], to: [], effect: 'stricter' }]);
    const unknown: PolicyRule = { key: 'unknown', value: 1, looser: 'more' };
    expect(comparePolicies([], [unknown])).toEqual([{ key: 'unknown', to: 1, effect: 'looser' }]);
    expect(comparePolicies([unknown], [])).toEqual([{ key: 'unknown', from: 1, effect: 'looser' }]);
    expect(comparePolicies([], [{ ...unknown, part: true }])).toEqual([]);
  });

  it('compares what a rule names by itself with what held for all others before', () => {
    const all: PolicyRule = { key: 'approvals.high.*', value: ['2 a'], looser: 'ways' };
    const own: PolicyRule = { key: 'approvals.high.restart', value: ['1 a'], looser: 'ways', otherwise: 'approvals.high.*' };
    expect(comparePolicies([all], [all, own])).toEqual([{ key: own.key, from: ['2 a'], to: ['1 a'], effect: 'looser' }]);
    expect(comparePolicies([all, own], [all])).toEqual([{ key: own.key, from: ['1 a'], to: ['2 a'], effect: 'stricter' }]);
  });

  it('finds the way back of whatever is only looser to be stricter, and nothing between equals', () => {
    const value = fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constant(null), fc.uniqueArray(fc.constantFrom('a', 'b', 'c')));
    fc.assert(
      fc.property(fc.constantFrom<Looser>('more', 'fewer'), value, value, (looser, from, to) => {
        const [there, back] = [effectOf(looser, from, to), effectOf(looser, to, from)];
        if (there === 'same') return back === 'same';
        // Both ways looser: they cannot be compared. Never both ways stricter.
        return there === 'looser' || back === 'looser';
      }),
    );
  });
});

it('says what changed in a line', () => {
  const text = (from: PolicyValue, to: PolicyValue) => differenceText({ key: 'k', from, to, effect: 'looser' });
  expect(text(['a', 'b'], ['b', 'c'])).toBe('k: + c, - a');
  expect(text(2, null)).toBe('k: 2 -> no bound');
  expect(differenceText({ key: 'k', to: [], effect: 'looser' })).toBe('k: not said -> []');
});
