import { readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { parseProposalText, readProposalFile, readProposalStream } from '../../src/config/proposal-file.js';
import { JanusError } from '../../src/domain/errors.js';
import { proposalDraftSchema } from '../../src/domain/action/proposal.schema.js';
import { errorOf } from '../support/vessel/configuration.js';
import { aFolder, fill } from '../support/folders.js';
import { aDocument } from '../support/proposals/proposals.js';

const folder = aFolder();
const { proposal_id: _id, timestamp: _timestamp, vessel_id: _vessel, ...draft } = aDocument();
/** One key per line, so that the line of each is known: mission_context is on line 2. */
const json = (change: object) => JSON.stringify({ ...draft, ...change }, null, 1);
const lineOf = (key: string) =>
  json({})
    .split('\n')
    .findIndex((line) => line.startsWith(` "${key}"`)) + 1;

describe('a bad proposal is refused with file, line and key (spec P1)', () => {
  it.each([
    ['a wrong type', json({ rationale: 7 }), `p.json:${lineOf('rationale')}: rationale: found 7; must be a text`],
    ['an argument that is no text', json({ tool_args: [1] }), 'tool_args.0: found 1; must be a text'],
    ['arguments that are no list', json({ tool_args: 'df' }), `p.json:${lineOf('tool_args')}: tool_args: found "df"; must be a list`],
    ['a risk that there is not', json({ risk_level: 'none' }), 'risk_level: found "none"; must be "low", "medium" or "high"'],
    ['a risk as a number', json({ risk_level: 0 }), 'risk_level: found 0'],
    ['an unknown key', json({ rationalle: 'x' }), 'rationalle: found an unknown key; did you mean rationale?'],
    [
      'an unknown keyword argument',
      json({ tool_kwargs: { shell: true } }),
      'tool_kwargs.shell: found an unknown key; allowed are stdin, limits',
    ],
    ['a missing key', json({ rationale: undefined }), 'p.json:1: rationale: found nothing'],
    ['a tool and steps', json({ steps: [{ tool_name: 'shell' }] }), 'tool_name: found "shell"; names either tool_name'],
    ['a decided status', json({ status: 'approved' }), 'status: found "approved"; must be "draft" or "proposed"'],
    ['a rationale of 4001 characters', json({ rationale: 'x'.repeat(4_001) }), 'rationale: found "xxx'],
    ['a rationale of 10 MB', json({ rationale: 'x'.repeat(10_485_760) }), 'p.json:1: found 10486'],
    [
      'a NUL in an escape',
      json({ rationale: 'a\0b' }),
      `p.json:${lineOf('rationale')}: rationale: found "a\\u0000b"; must not contain a NUL character`,
    ],
    ['a NUL as it is', json({ rationale: 'aXb' }).replace('X', '\0'), `p.json:${lineOf('rationale')}: found a NUL character`],
    ['a lone surrogate', json({ rationale: 'a\ud800b' }), `rationale: found "a\\ud800b"; must be well-formed Unicode`],
    ['one in an argument', json({ tool_args: ['\udc00'] }), 'tool_args.0: found "\\udc00"; must be well-formed Unicode'],
    [
      'a control character in JSON',
      json({ rationale: 'aXb' }).replace('X', '\u001b'),
      `p.json:${lineOf('rationale')}: found a line break or a tab inside of a text`,
    ],
    ['an unfinished JSON', json({}).slice(0, -2), 'p.json:'],
    ['a text of nothing', '', 'p.json:1: found nothing: it is empty'],
    ['a list of proposals', `[${json({})}]`, 'must be keys with their values'],
    [
      'a quota above the charter',
      json({ tool_kwargs: { limits: { cpu_seconds: 301 } } }),
      'tool_kwargs.limits.cpu_seconds: found 301; must be at most 300',
    ],
    [
      'a time without a zone',
      json({ timestamp: '2026-01-01T00:00:00' }),
      'timestamp: found "2026-01-01T00:00:00"; must be a time such as 2026-01-31T12:00:00Z',
    ],
    ['65 arguments', json({ tool_args: Array.from({ length: 65 }, () => 'x') }), 'tool_args: found ["x"'],
    ['metadata without end', json({ metadata: { a: 'x'.repeat(8_193) } }), 'metadata.a: found "xxx'],
  ])('%s', (_, text, message) => {
    const error = errorOf(() => parseProposalText(text, 'p.json'));
    expect(error).toMatchObject({ code: 'PROPOSAL_INVALID', next: 'mend it, then: ubos check p.json' });
    expect(error.message).toMatch(/^p\.json:\d+: /);
    expect(error.message).toContain(message);
    expect(error.message.length).toBeLessThan(2_000);
  });

  it('in YAML too, every problem on a line of its own', () => {
    const text = 'mission_context: x\naction_type: [a]\nrationale: |\n  several\n  lines\nrisk_level: high!\ntool_name: Shell\nextra: 1\n';
    expect(
      errorOf(() => parseProposalText(text, 'p.yaml'))
        .message.split('\n')
        .map((line) => line.split(' found')[0]),
    ).toEqual(['p.yaml:2: action_type:', 'p.yaml:6: risk_level:', 'p.yaml:7: tool_name:', 'p.yaml:8: extra:']);
  });

  it.each(['p.yaml', 'p.json'])('for a whole that is too large to be shown, though no part of it is: %s (spec P1)', (file) => {
    const step = (length: number) => `{tool_name: cat, tool_kwargs: {stdin: ${'x'.repeat(length)}}}`;
    const prose = 'mission_context: x\naction_type: y\nrationale: |-\n  a reason of twenty characters and more\nrisk_level: high\n';
    const steps = (count: number, length: number) => `${prose}steps:\n  - &step ${step(length)}\n${'  - *step\n'.repeat(count - 1)}`;
    const text = (count: number, length: number) =>
      file === 'p.yaml' ? steps(count, length) : JSON.stringify(parse(steps(count, length)));
    expect(parseProposalText(text(4, 65_000), file).steps).toHaveLength(4);
    const { code, message } = errorOf(() => parseProposalText(text(16, 65_000), file));
    expect(code).toBe('PROPOSAL_INVALID');
    expect(message).toMatch(/it is 104\d{4} bytes long as JSON, aliases written out; at most 262144 are read/);
    expect(message.length).toBeLessThan(400);
  });

  it('with the problems for machines beside the words', () => {
    expect(errorOf(() => parseProposalText(json({ rationale: 7 }), 'p.json')).details).toEqual({
      problems: [
        {
          file: 'p.json',
          line: lineOf('rationale'),
          key: 'rationale',
          found: '7',
          allowed: 'must be a text; quote it: "7"',
        },
      ],
    });
  });
});

describe('a sound proposal (spec P1)', () => {
  it('is the same in JSON and in YAML, with what was left out', () => {
    const parsed = parseProposalText(json({}), 'p.json');
    expect(parsed).toMatchObject({ ...draft, status: 'proposed', rollback: [], network_domains: [], metadata: {} });
    expect(parseProposalText(stringify(draft), 'p.yaml')).toEqual(parsed);
  });

  it('keeps control characters of its prose: they are shown, not refused', () => {
    expect(parseProposalText(json({ rationale: 'a\u001b[2Jb\u202e' }), 'p.json').rationale).toBe('a\u001b[2Jb\u202e');
  });

  it.each(readdirSync(new URL('../../examples/', import.meta.url)))('is every example: %s', (name) => {
    const path = new URL(`../../examples/${name}`, import.meta.url).pathname;
    expect(readProposalFile(path).rationale.length).toBeGreaterThan(20);
  });
});

describe('readProposalStream', () => {
  const stream = async function* (...chunks: string[]) {
    yield* chunks.map((chunk) => Buffer.from(chunk));
  };

  it('reads to the end, characters in two pieces too, and names the place', async () => {
    const text = Buffer.from(json({ rationale: 'an ä that is cut in the middle of its bytes' }));
    const cut = text.indexOf('ä') + 1;
    const pieces = async function* () {
      yield text.subarray(0, cut);
      yield text.subarray(cut);
    };
    expect((await readProposalStream(pieces())).rationale).toContain('an ä that');
    await expect(readProposalStream(stream('{'))).rejects.toMatchObject({ message: expect.stringContaining('standard input:') });
  });

  it('ends where a file would be too large, whatever is still to come', async () => {
    const forever = async function* () {
      for (;;) yield Buffer.alloc(65_536);
    };
    await expect(readProposalStream(forever())).rejects.toMatchObject({
      code: 'PROPOSAL_INVALID',
      message: expect.stringContaining('more than 1048576 bytes'),
    });
  });
});

describe('readProposalFile', () => {
  it('reads a file, and says which one cannot be read', () => {
    fill(folder, { 'p.json': json({}) });
    expect(readProposalFile(join(folder, 'p.json')).tool_name).toBe('shell');
    expect(errorOf(() => readProposalFile(join(folder, 'none.yaml')))).toMatchObject({
      code: 'PROPOSAL_INVALID',
      message: expect.stringMatching(/none\.yaml cannot be read: no such file/),
    });
    expect(errorOf(() => readProposalFile(folder)).message).toContain('cannot be read: a folder');
  });

  it('does not even open what is too large', () => {
    const path = join(folder, 'large.json');
    writeFileSync(path, '');
    truncateSync(path, 10_737_418_240);
    expect(errorOf(() => readProposalFile(path)).message).toBe(`${path}:1: found 10737418240 bytes; at most 1048576 bytes are read`);
  });
});

describe('whatever it is given', () => {
  const entry = fc.constantFrom(...Object.keys(draft), 'steps', 'rollback', 'probe', 'metadata', 'other');

  it('is a draft or an error for people, and nothing else', () => {
    const document = fc.dictionary(entry, fc.oneof(fc.jsonValue(), fc.constantFrom('shell', 'low', ['x'])));
    const text = fc.oneof(
      document.map((value) => JSON.stringify({ ...draft, ...value })),
      document.map((value) => stringify(value)),
      fc.string(),
    );
    fc.assert(
      fc.property(text, fc.constantFrom('p.json', 'p.yaml'), (content, file) => {
        try {
          expect(proposalDraftSchema.safeParse(parseProposalText(content, file)).success).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(JanusError);
        }
      }),
    );
  });
});
