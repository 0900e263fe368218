import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { parseWithPositions } from '../../../src/config/yaml/parse-with-positions.js';
import { anyText } from '../../support/texts.js';

const schema = z.strictObject({
  name: z.string(),
  port: z.number().optional(),
  list: z.array(z.strictObject({ path: z.string() })).optional(),
  named: z.record(z.string(), z.strictObject({ writable: z.boolean() })).optional(),
  nested: z.strictObject({ deep: z.strictObject({ value: z.number() }) }).optional(),
});

describe('whatever it is given (spec F1)', () => {
  const piece = fc.constantFrom(
    'name',
    'port',
    ': ',
    '- ',
    '\n',
    '  ',
    '{',
    '}',
    '[',
    ']',
    ',',
    '"',
    "'",
    '&a ',
    '*a',
    '!!map ',
    '|',
    '>',
    '#',
    '? ',
    '---\n',
    '<<',
    '%',
    '\t',
    '1',
    '@',
  );
  const soup = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));

  it('never throws, and every problem has a line of the file', () => {
    fc.assert(
      fc.property(fc.oneof(soup, anyText), fc.constantFrom('a.yaml', 'a.json'), (text, file) => {
        const parsed = parseWithPositions(text, file, schema);
        if (parsed.ok) return;
        expect(parsed.problems.length).toBeGreaterThan(0);
        for (const { line, found, allowed } of parsed.problems) {
          expect(line >= 1 && line <= text.split('\n').length).toBe(true);
          expect(found !== '' && allowed !== '').toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });
});
