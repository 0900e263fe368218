import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Metrics } from '../../../src/domain/thinking/metrics.js';
import { metricTypes } from '../../../src/domain/thinking/metrics.js';
import type { Trigger } from '../../../src/domain/thinking/trigger.js';
import { describeTrigger, evaluateTrigger, parseTrigger } from '../../../src/domain/thinking/trigger.js';

function aTrigger(map: Readonly<Record<string, unknown>>): Trigger {
  const parsed = parseTrigger(map);
  if ('problems' in parsed) throw new TypeError(parsed.problems.join('; '));
  return parsed.trigger;
}

const disk = (condition: unknown) => ({ disk_usage_percent: condition });
const manyMetrics = (count: number) =>
  Object.fromEntries(
    Object.keys(metricTypes)
      .map((name) => [name, '>1'])
      .slice(0, count),
  );

describe('a condition on a number (spec T6)', () => {
  it.each([
    ['>80', 80, 'no_match'],
    ['>80', 80.1, 'match'],
    ['>=80', 80, 'match'],
    ['>=80', 79.9, 'no_match'],
    ['<80', 80, 'no_match'],
    ['<80', 79, 'match'],
    ['<=80', 80, 'match'],
    ['<=80', 81, 'no_match'],
    ['==80', 80, 'match'],
    ['==80', 81, 'no_match'],
    ['!=80', 80, 'no_match'],
    ['!=80', 81, 'match'],
    ['80', 80, 'match'],
    ['80', 81, 'no_match'],
    [80, 80, 'match'],
    [80, 81, 'no_match'],
    ['>=80,<95', 80, 'match'],
    ['>=80,<95', 95, 'no_match'],
    ['>=80,<95', 79, 'no_match'],
    [' >= 80 , < 95 ', 90, 'match'],
    ['>1,>2,>3,!=5', 4, 'match'],
    ['>1,>2,>3,!=5', 5, 'no_match'],
    ['>-5', 0, 'match'],
    ['>-0.5e1', -4, 'match'],
    ['<1e3', 999, 'match'],
    ['>80', null, 'unknown'],
    ['!=80', null, 'unknown'],
    ['>80', Number.NaN, 'unknown'],
    ['!=80', Number.NaN, 'unknown'],
    ['>80', '90', 'unknown'],
    ['!=80', true, 'unknown'],
  ] as const)('%j on %j: %s', (condition, value, result) => {
    expect(evaluateTrigger(aTrigger(disk(condition)), { disk_usage_percent: value })).toBe(result);
  });
});

describe('a condition on a boolean or a text', () => {
  it.each([
    [{ llm_available: true }, { llm_available: true }, 'match'],
    [{ llm_available: 'true' }, { llm_available: false }, 'no_match'],
    [{ llm_available: '==false' }, { llm_available: false }, 'match'],
    [{ llm_available: '!=true' }, { llm_available: false }, 'match'],
    [{ llm_available: '!=true' }, {}, 'unknown'],
    [{ operational_mode: 'alpha' }, { operational_mode: 'alpha' }, 'match'],
    [{ operational_mode: '!=alpha' }, { operational_mode: 'beta' }, 'match'],
    [{ operational_mode: '!=alpha' }, { operational_mode: null }, 'unknown'],
  ])('%j on %j: %s', (map, metrics, result) => {
    expect(evaluateTrigger(aTrigger(map), metrics as Metrics)).toBe(result);
  });
});

describe('several conditions (spec T6)', () => {
  const trigger = aTrigger({ disk_usage_percent: '>80', log_size_mb: '>100' });
  it.each([
    [{ disk_usage_percent: 90, log_size_mb: 200 }, 'match'],
    [{ disk_usage_percent: 90, log_size_mb: 50 }, 'no_match'],
    [{ disk_usage_percent: 90 }, 'unknown'],
    [{ disk_usage_percent: 70 }, 'no_match'],
    [{ disk_usage_percent: null, log_size_mb: 50 }, 'no_match'],
    [{}, 'unknown'],
  ])('all have to hold, false before unknown: %j gives %s', (metrics, result) => {
    expect(evaluateTrigger(trigger, metrics)).toBe(result);
  });

  it('are told with their numbers', () => {
    expect(describeTrigger(trigger, { disk_usage_percent: 86 })).toBe('disk_usage_percent is 86 (>80), log_size_mb is unknown (>100)');
  });
});

describe('a trigger that is not sound disables its playbook (spec T6)', () => {
  it.each([
    [undefined, 'not an object'],
    [null, 'not an object'],
    ['>80', 'not an object'],
    [[disk('>80')], 'not an object'],
    [{}, 'always match'],
    [{ disk_usge_percent: '>80' }, 'there are disk_usage_percent'],
    [{ toString: '>80' }, 'is no metric'],
    [JSON.parse('{"__proto__": ">80"}'), 'is no metric'],
    [disk('80%'), 'is not a comparison'],
    [disk('=>80'), 'is not a comparison'],
    [disk('=80'), 'is not a comparison'],
    [disk('===80'), 'is not a comparison'],
    [disk('> >80'), 'is not a comparison'],
    [disk('>'), 'is not a comparison'],
    [disk(''), 'is not a comparison'],
    [disk('>80,'), 'is not a comparison'],
    [disk(',>80'), 'is not a comparison'],
    [disk('>80;<90'), 'is not a comparison'],
    [disk('>+80'), 'is not a comparison'],
    [disk('>0x50'), 'is not a comparison'],
    [disk('>080'), 'is not a comparison'],
    [disk('>.5'), 'is not a comparison'],
    [disk('>8_0'), 'is not a comparison'],
    [disk('>1e999'), 'is not a comparison'],
    [disk('>- 5'), 'is not a comparison'],
    [disk('>NaN'), 'is a number, "NaN" is a string'],
    [disk('<Infinity'), 'is a number, "Infinity" is a string'],
    [disk('>true'), 'is a number, true is a boolean'],
    [disk(true), 'is a number, true is a boolean'],
    [disk(Number.NaN), 'no finite number'],
    [disk(Number.POSITIVE_INFINITY), 'no finite number'],
    [JSON.parse('{"disk_usage_percent": 1e999}'), 'no finite number'],
    [disk(null), 'found null'],
    [disk([80]), 'found a list'],
    [disk({ gt: 80 }), 'found object'],
    [disk(80n), 'found bigint'],
    [disk('>1,>2,>3,>4,>5'), 'at most 4'],
    [{ llm_available: '>true' }, 'only == and != compare it'],
    [{ llm_available: 1 }, 'is a boolean, 1 is a number'],
    [{ operational_mode: '<alpha' }, 'only == and != compare it'],
    [{ operational_mode: `==${'a'.repeat(65)}` }, 'is not a comparison'],
    [manyMetrics(17), 'more than 16'],
  ])('%j: %s', (map, problem) => {
    expect(parseTrigger(map)).toEqual({ problems: expect.arrayContaining([expect.stringContaining(problem)]) });
  });

  it('names every problem, not only the first', () => {
    expect(parseTrigger({ disk: 1, log_size_mb: 'x y', load1: '>1' })).toMatchObject({ problems: { length: 2 } });
  });
});

describe('whatever it is given (spec T6)', () => {
  const names = fc.constantFrom(...Object.keys(metricTypes));
  const scalar = fc.oneof(fc.constant(null), fc.boolean(), fc.double(), fc.integer({ min: -3, max: 3 }), fc.constantFrom('alpha', 'beta'));
  const term = fc
    .tuple(
      fc.constantFrom('', '>', '<', '>=', '<=', '==', '!='),
      fc.oneof(fc.integer({ min: -3, max: 3 }), fc.boolean(), fc.constant('alpha')),
    )
    .map(([operator, literal]) => `${operator}${literal}`);
  const plausible = fc.dictionary(names, fc.oneof(term, scalar), { minKeys: 1, maxKeys: 4 });
  const noise = fc.oneof(
    fc.anything({ withBigInt: true, withNullPrototype: true }),
    fc.dictionary(names, fc.oneof(fc.string(), fc.anything())),
  );

  it('never throws, and never reads a match out of nothing', () => {
    fc.assert(
      fc.property(fc.oneof(noise, plausible), fc.dictionary(fc.oneof(names, fc.string()), scalar), (map, metrics) => {
        const parsed = parseTrigger(map);
        if ('problems' in parsed) return expect(parsed.problems.length).toBeGreaterThan(0);
        expect(['match', 'no_match', 'unknown']).toContain(evaluateTrigger(parsed.trigger, metrics));
        expect(evaluateTrigger(parsed.trigger, {})).toBe('unknown');
        expect(typeof describeTrigger(parsed.trigger, metrics)).toBe('string');
      }),
      { numRuns: 2_000 },
    );
  });

  it('never matches while one of its metrics is not known', () => {
    fc.assert(
      fc.property(plausible, fc.dictionary(names, scalar), fc.nat(), (map, metrics, choice) => {
        const parsed = parseTrigger(map);
        if ('problems' in parsed) return;
        const { metric = '' } = parsed.trigger[choice % parsed.trigger.length] ?? {};
        expect(evaluateTrigger(parsed.trigger, { ...metrics, [metric]: null })).not.toBe('match');
      }),
      { numRuns: 1_000 },
    );
  });

  it('means the same in any order of its conditions', () => {
    fc.assert(
      fc.property(plausible, fc.dictionary(names, scalar), (map, metrics) => {
        const parsed = parseTrigger(map);
        if ('problems' in parsed) return;
        expect(evaluateTrigger([...parsed.trigger].reverse(), metrics)).toBe(evaluateTrigger(parsed.trigger, metrics));
      }),
      { numRuns: 1_000 },
    );
  });
});
