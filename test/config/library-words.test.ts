import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { agentSchema, policySchema } from '../../src/config/sections/agent.schema.js';
import { describeProblem } from '../../src/config/yaml/problem.js';
import { parseWithPositions } from '../../src/config/yaml/parse-with-positions.js';
import { proposalDraftSchema } from '../../src/domain/action/proposal.schema.js';
import { issueWords } from '../../src/domain/text/issue-words.schema.js';
import { missionFileSchema, soundPlaybookFileSchema } from '../../src/domain/thinking/playbook.schema.js';
import { libraryWords } from '../support/library-words.js';

const schemas = { agentSchema, policySchema, proposalDraftSchema, soundPlaybookFileSchema, missionFileSchema };
const anySchema = fc.constantFrom(...Object.values(schemas));

/** Keys of every level, so that what is made of them is wrong in every place. */
const anyKey = fc.constantFrom(
  ...Object.values(schemas).flatMap(({ shape }) => Object.keys(shape)),
  ...[
    'tool',
    'command',
    'args',
    'name',
    'limits',
    'cpu_seconds',
    'exit_code',
    'file_sha256',
    'stdout_contains',
    'groups',
    'any_of',
    'approve',
    'id',
    'a',
  ],
);

const { value: anyValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom<unknown>(null, true, 0, -1, 1.5, 1e9, '', 'x', '\0', '\ud800', 'x'.repeat(9_000)),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(anyKey, tie('value'), { maxKeys: 6 }),
  ),
}));

const piece = fc.constantFrom(
  ...[
    'a',
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
    '!x ',
    '|',
    '>',
    '#',
    '? ',
    '---\n',
    '<<: ',
    '%',
  ],
  ...['\t', '1', '@', '`', '\\', '-', '.', 'e', 'true', '\\q', '\\u12', '//', '\0', '\u0001'],
);
const anySoup = fc.array(piece, { maxLength: 25 }).map((pieces) => pieces.join(''));

describe('what people read of a file is never in the words of a library (spec F1, U2)', () => {
  it.each(['a.yaml', 'a.json'])('whatever is in it: %s', (file) => {
    const anyText = fc.oneof(
      anySoup,
      anyValue.map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(anyText, anySchema, (text, schema) => {
        const parsed = parseWithPositions(text, file, schema);
        if (!parsed.ok) expect(libraryWords(parsed.problems.map(describeProblem).join('\n'))).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  it('and every problem of a proposal has words of its own', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const { error } = proposalDraftSchema.safeParse(value, { error: issueWords });
        for (const { message } of error?.issues ?? []) expect(libraryWords(message)).toEqual([]);
      }),
    );
  });
});

it('the tell-tales know the libraries', () => {
  const { error } = proposalDraftSchema.safeParse({ tool_name: 7, tool_args: 'x', risk_level: 'none', preview: 1, x: 1, timestamp: 'x' });
  expect(error?.issues.filter(({ message }) => libraryWords(message).length === 0).map(({ path, message }) => [path[0], message])).toEqual(
    [],
  );
});
