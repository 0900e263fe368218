import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sha256 } from '../../../src/adapters/files/sha256.js';
import { toGrammar } from '../../../src/domain/model/grammar.js';
import { renderPrompt } from '../../../src/domain/model/prompt.js';
import { readAnswer } from '../../../src/domain/model/read-answer.js';
import type { FormName, Shape } from '../../../src/domain/model/shape.js';
import { forms, longestText, misfit } from '../../../src/domain/model/shape.js';
import { verifyCandidates } from '../../../src/domain/model/verify.js';
import { grammarPattern } from '../../support/model/grammar-pattern.js';
import { aCatalogue, aContext, anEntry } from '../../support/model/subjects.js';

const accepts = (shape: Shape) => grammarPattern(toGrammar(shape));

describe('toGrammar (spec T3)', () => {
  it('accepts the whole numbers of a range and no others', () => {
    const bound = fc.integer({ min: -1_200, max: 12_000 });
    fc.assert(
      fc.property(bound, bound, bound, (one, other, value) => {
        const [min, max] = [Math.min(one, other), Math.max(one, other)];
        const pattern = accepts({ kind: 'integer', min, max });
        for (const number of [value, min - 1, min, min + 1, max - 1, max, max + 1])
          expect([number, pattern.test(String(number))]).toEqual([number, number >= min && number <= max]);
        expect(pattern.test('-0') || pattern.test('00') || pattern.test('')).toBe(false);
      }),
    );
  });

  it.each(Object.keys(forms) as FormName[])('lets no text of the form %s pass that does not fit', (form) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 87, max: 140 }).chain((lengthMax) => {
          const shape = { kind: 'text', form, lengthMax } as const;
          return fc.tuple(fc.constant(shape), fc.stringMatching(accepts(shape)));
        }),
        ([shape, text]) => {
          const value: unknown = JSON.parse(text);
          expect(misfit(shape, value)).toBeUndefined();
          expect(text.length).toBeLessThanOrEqual(longestText(shape));
          expect(value).not.toMatch(/^-|\.\.|[;|&`$()<>\n]/);
        },
      ),
    );
  });

  it('makes every answer that it lets pass a list of proposals that stand', () => {
    const entries = [
      anEntry(),
      anEntry({ id: 'memory_view', parameters: [], actionType: 'memory_report' }),
      anEntry({ id: 'look', parameters: [{ name: 'path', description: '', shape: { kind: 'text', form: 'path', lengthMax: 40 } }] }),
    ];
    const catalogue = aCatalogue(...entries);
    const context = aContext({
      missions: [
        { id: 'disk', title: 'Disk', objective: '', priority: 1, allowedActionTypes: ['disk_report'] },
        { id: 'all', title: 'All', objective: '', priority: 0 },
      ],
    });
    const request = { context, catalogue, proposalsMax: 3, seed: 1 };
    const prompt = renderPrompt(sha256, request, { promptTokensMax: 4_000, outputTokensMax: 2_000, principles: [] });
    if (!('shape' in prompt)) throw new Error(prompt.why);
    fc.assert(
      fc.property(fc.stringMatching(accepts(prompt.shape)), (text) => {
        const answer = readAnswer(text);
        if (!('candidates' in answer)) throw new Error(answer.code);
        expect(answer.malformed).toEqual([]);
        const { dropped } = verifyCandidates(answer.candidates, { catalogue, context, proposalsMax: 3, review: () => [] });
        expect(dropped.filter(({ code }) => code !== 'duplicate')).toEqual([]);
        expect(text.length).toBeLessThanOrEqual(longestText(prompt.shape));
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    { name: 'what is no ASCII', shape: { kind: 'choice', values: ['größe'] } },
    { name: 'what would be endless', shape: { kind: 'list', item: { kind: 'choice', values: ['a'] }, min: 0, max: 1_002 } },
    { name: 'a text that would be endless', shape: { kind: 'text', form: 'name', lengthMax: 2_004 } },
    { name: 'numbers that are none', shape: { kind: 'integer', min: 0.5, max: 2 } },
    { name: 'a range that is upside down', shape: { kind: 'integer', min: 2, max: 1 } },
  ] satisfies { name: string; shape: Shape }[])('refuses $name', ({ shape }) => {
    expect(() => toGrammar(shape)).toThrow(TypeError);
  });
});
