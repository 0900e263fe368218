import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ModelCall } from '../../../src/domain/model/budget.js';
import { breakerState, budgetLeft } from '../../../src/domain/model/budget.js';

const now = new Date('2026-01-02T12:00:00Z');
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000);
type Outcome = NonNullable<ModelCall['settled']>['outcome'];
const call = (hours: number, outcome?: Outcome, tokens = 1_000): ModelCall => ({
  at: hoursAgo(hours),
  reservedTokens: 6_000,
  ...(outcome && { settled: { tokens, outcome } }),
});

describe('budgetLeft (spec T3)', () => {
  const settings = { dailyCallsMax: 10, dailyTokensMax: 20_000 };

  it.each([
    { name: 'nothing asked', calls: [], left: { calls: 10, tokens: 20_000 } },
    { name: 'an answer', calls: [call(1, 'answered')], left: { calls: 9, tokens: 19_000 } },
    { name: 'a failure that cost something', calls: [call(1, 'truncated')], left: { calls: 9, tokens: 19_000 } },
    { name: 'a question of which nobody knows what became', calls: [call(1)], left: { calls: 9, tokens: 14_000 } },
    {
      name: 'what was never asked',
      calls: [call(1, 'budget'), call(1, 'breaker_open'), call(1, 'no_provider')],
      left: { calls: 10, tokens: 20_000 },
    },
    { name: 'a day ago', calls: [call(24, 'answered')], left: { calls: 10, tokens: 20_000 } },
    { name: 'less than a day ago', calls: [call(23.99, 'answered')], left: { calls: 9, tokens: 19_000 } },
    { name: 'a clock that was set back', calls: [call(-5, 'answered')], left: { calls: 9, tokens: 19_000 } },
    { name: 'more than there is', calls: Array.from({ length: 12 }, () => call(1)), left: { calls: 0, tokens: 0 } },
  ])('$name', ({ calls, left }) => {
    expect(budgetLeft(calls, settings, now)).toEqual(left);
  });
});

describe('breakerState (spec T3)', () => {
  const settings = { failures: 3, openHours: 6 };
  const state = (...calls: readonly ModelCall[]) => breakerState(calls, settings, now);

  it.each([
    { name: 'nothing asked', calls: [], expected: 'closed' },
    { name: 'two failures', calls: [call(2, 'timeout'), call(1, 'not_json')], expected: 'closed' },
    { name: 'three failures', calls: [call(3, 'timeout'), call(2, 'not_json'), call(1, 'unreachable')], expected: 'open' },
    { name: 'three of which nobody knows what became', calls: [call(3), call(2), call(1)], expected: 'open' },
    {
      name: 'an answer between them',
      calls: [call(4, 'timeout'), call(3, 'timeout'), call(2, 'answered'), call(1, 'timeout')],
      expected: 'closed',
    },
    { name: 'what was never asked', calls: [call(3, 'budget'), call(2, 'no_provider'), call(1, 'breaker_open')], expected: 'closed' },
    { name: 'three failures long ago', calls: [call(9, 'timeout'), call(8, 'timeout'), call(6, 'timeout')], expected: 'probe' },
    {
      name: 'a probe that failed',
      calls: [call(19, 'timeout'), call(18, 'timeout'), call(17, 'timeout'), call(1, 'timeout')],
      expected: 'open',
    },
  ])('$name: $expected', ({ calls, expected }) => {
    expect(state(...calls).state).toBe(expected);
  });

  it('says until when', () => {
    expect(state(call(3, 'timeout'), call(2, 'timeout'), call(1, 'timeout'))).toEqual({ state: 'open', until: hoursAgo(-5) });
  });

  it('is closed right after any answer', () => {
    const outcome = fc.constantFrom<Outcome | undefined>('answered', 'timeout', 'budget', undefined);
    fc.assert(
      fc.property(fc.array(outcome), (outcomes) => {
        const calls = [...outcomes.map((each, index) => call(outcomes.length + 1 - index, each)), call(0.5, 'answered')];
        expect(state(...calls)).toEqual({ state: 'closed' });
      }),
    );
  });
});
