import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Groups, Requirement } from '../../../src/domain/approval/rules.js';
import { anybody, isMet, needsText, progressOf, progressText, unmeetable } from '../../../src/domain/approval/rules.js';

const people = ['ana', 'bo', 'cleo', 'dee', 'eli'];
const groups: Groups = { citizens: ['ana'], trinity: ['bo', 'cleo', 'dee'], all: people };

const person = fc.constantFrom(...people);
const someGroups = fc.record({ a: fc.uniqueArray(person), b: fc.uniqueArray(person), c: fc.uniqueArray(person) });
const threshold = fc.record({ group: fc.constantFrom('a', 'b', 'c'), approve: fc.integer({ min: 1, max: 3 }) });
const { requirement } = fc.letrec<{ requirement: Requirement }>((tie) => ({
  requirement: fc.oneof(
    { maxDepth: 2, depthSize: 'small' },
    threshold,
    fc.array(tie('requirement'), { minLength: 1, maxLength: 3 }).map((allOf) => ({ allOf })),
    fc.array(tie('requirement'), { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
  ),
}));

/** The same question, answered by trying every way to hand out persons. */
function handedOut(needed: Requirement, persons: readonly string[], of: Groups): boolean {
  const met = (parts: readonly Requirement[], left: readonly string[], goOn: (left: readonly string[]) => boolean): boolean => {
    const [first, ...others] = parts;
    if (first === undefined) return goOn(left);
    if ('anyOf' in first) return first.anyOf.some((part) => met([part, ...others], left, goOn));
    if ('allOf' in first) return met([...first.allOf, ...others], left, goOn);
    if (first.approve === 0) return met(others, left, goOn);
    return left.some(
      (each) =>
        (of[first.group] ?? []).includes(each) &&
        met(
          [{ ...first, approve: first.approve - 1 }, ...others],
          left.filter((other) => other !== each),
          goOn,
        ),
    );
  };
  return met([needed], persons, () => true);
}

describe('isMet (spec A4)', () => {
  it.each([
    ['one of one', { group: 'citizens', approve: 1 }, ['ana'], true],
    ['nobody', { group: 'citizens', approve: 1 }, [], false],
    ['a stranger', { group: 'citizens', approve: 1 }, ['mallory'], false],
    ['two of three', { group: 'trinity', approve: 2 }, ['bo', 'dee'], true],
    ['one person twice, spelt differently', { group: 'trinity', approve: 2 }, ['bo', ' BO '], false],
    [
      'OR by its second part',
      {
        anyOf: [
          { group: 'citizens', approve: 1 },
          { group: 'trinity', approve: 2 },
        ],
      },
      ['bo', 'cleo'],
      true,
    ],
    [
      'OR by half of each',
      {
        anyOf: [
          { group: 'citizens', approve: 2 },
          { group: 'trinity', approve: 2 },
        ],
      },
      ['ana', 'bo'],
      false,
    ],
    [
      'AND by two persons',
      {
        allOf: [
          { group: 'citizens', approve: 1 },
          { group: 'trinity', approve: 1 },
        ],
      },
      ['ana', 'bo'],
      true,
    ],
    [
      'AND by one person of both groups',
      {
        allOf: [
          { group: 'citizens', approve: 1 },
          { group: 'all', approve: 1 },
        ],
      },
      ['ana'],
      false,
    ],
    [
      'AND, where the first must make room',
      {
        allOf: [
          { group: 'all', approve: 1 },
          { group: 'citizens', approve: 1 },
        ],
      },
      ['ana', 'bo'],
      true,
    ],
    ['a group that does not exist', { group: 'constructor', approve: 1 }, ['ana'], false],
    ['anybody', { group: '*', approve: 1 }, ['mallory'], true],
    ['two of anybody', { group: '*', approve: 2 }, ['mallory'], false],
  ] as const)('%s', (_, needed, approvers, met) => {
    expect(isMet(needed, approvers, groups)).toBe(met);
  });

  it('agrees with trying everything, in 10,000 random policies', () => {
    fc.assert(
      fc.property(requirement, someGroups, fc.uniqueArray(person), (needed, of, persons) => {
        expect(isMet(needed, persons, of)).toBe(handedOut(needed, persons, of));
      }),
      { numRuns: 10_000 },
    );
  });

  it('never depends on order or repetition, and more approvals never make it less', () => {
    fc.assert(
      fc.property(requirement, someGroups, fc.array(person), person, (needed, of, persons, more) => {
        const met = isMet(needed, persons, of);
        expect(isMet(needed, [...persons].reverse(), of)).toBe(met);
        expect(isMet(needed, [...persons, ...persons], of)).toBe(met);
        if (met) expect(isMet(needed, [...persons, more], of)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('unmeetable (spec A4)', () => {
  it('names what is too much', () => {
    expect(unmeetable({ group: 'trinity', approve: 3 }, groups)).toBeUndefined();
    expect(unmeetable({ group: 'trinity', approve: 4 }, groups)).toBe('4 of trinity can never be met: trinity has bo, cleo, dee');
    expect(unmeetable({ group: 'trinity', approve: 3 }, groups, ['Bo'])).toContain('trinity has cleo, dee who may approve');
    expect(
      unmeetable(
        {
          allOf: [
            { group: 'citizens', approve: 1 },
            { group: 'citizens', approve: 1 },
          ],
        },
        groups,
      ),
    ).toContain('can never be met');
  });

  it('is silent exactly where all persons together meet every way', () => {
    fc.assert(
      fc.property(requirement, someGroups, (needed, of) => {
        if (unmeetable(needed, of) === undefined) expect(isMet(needed, people, of)).toBe(true);
        if (!isMet(needed, people, of)) expect(unmeetable(needed, of)).toBeDefined();
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('progressOf (spec A4)', () => {
  it('says what is there and who is missing', () => {
    const needed: Requirement = {
      anyOf: [
        { group: 'citizens', approve: 1 },
        { group: 'trinity', approve: 2 },
      ],
    };
    const ways = progressOf(needed, ['cleo'], groups);
    expect(progressText(ways)).toBe('citizens 0 of 1, or trinity 1 of 2');
    expect(needsText(ways)).toBe('citizens 0 of 1 (missing: ana), or trinity 1 of 2 (missing: bo, dee)');
    expect(ways[1]?.[0]?.missing).toEqual(['bo', 'dee']);
  });

  it('waits for nobody who may not, for nobody once it is met, and for no list of names', () => {
    const two: Requirement = { group: 'trinity', approve: 2 };
    expect(needsText(progressOf(two, ['cleo'], groups, ['Bo']))).toBe('trinity 1 of 2 (missing: dee)');
    expect(needsText(progressOf(two, ['cleo', 'bo'], groups))).toBe('trinity 2 of 2');
    expect(needsText(progressOf({ group: anybody, approve: 2 }, ['x'], groups))).toBe('anybody 1 of 2');
    const many = { all: Array.from({ length: 9 }, (_, index) => `p${index}`) };
    expect(needsText(progressOf({ group: 'all', approve: 1 }, [], many))).toBe('all 0 of 1 (missing: p0, p1, p2, p3, p4 and 4 more)');
  });
});
