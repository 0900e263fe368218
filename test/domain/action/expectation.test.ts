import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkOutcome, expectedPaths, expectedTexts, unmetExpectations } from '../../../src/domain/action/expectation.js';
import type { Expectation } from '../../../src/domain/action/proposal.js';
import type { CommandResult, ExecutionResult } from '../../../src/domain/action/result.js';
import { terminationReasons } from '../../../src/domain/action/result.js';
import { aResult } from '../../support/proposals/plans.js';

/** An output in which hands found these texts, each in line 7. */
const holding = (...texts: string[]) => ({
  ...aResult().stdout,
  found: texts.map((text) => ({ text, line: 7, excerpt: `see ${text}` })),
});
const bySignal = (exitCode: number) => ({ reason: 'signal', exitCode, note: 'why' }) as const;
const hash = 'a'.repeat(64);
const files = [
  { path: 'there', exists: true, sha256: hash },
  { path: 'gone', exists: false },
];

interface Case {
  name: string;
  expect?: Expectation;
  result?: Partial<CommandResult>;
  problems: string[];
}

const cases: Case[] = [
  { name: 'exit 0 where nobody asked', problems: [] },
  { name: 'exit 1 where nobody asked', result: { exitCode: 1 }, problems: ['exit code 1, expected 0'] },
  { name: 'no exit code at all', result: { exitCode: null }, problems: ['exit code null, expected 0'] },
  { name: 'the exit code that was expected', expect: { exitCode: 3 }, result: { exitCode: 3 }, problems: [] },
  { name: 'a success where a failure was expected', expect: { exitCode: 3 }, problems: ['exit code 0, expected 3'] },
  { name: 'a text that is there', expect: { stdoutContains: ['b c'] }, result: { stdout: holding('b c') }, problems: [] },
  {
    name: 'a text that is not there',
    expect: { stdoutContains: ['x', 'a'] },
    result: { stdout: holding('a') },
    problems: ['stdout does not contain "x"'],
  },
  {
    name: 'a text in the other stream',
    expect: { stderrContains: ['a'] },
    result: { stdout: holding('a') },
    problems: ['stderr does not contain "a"'],
  },
  {
    name: 'a text that only the beginning of the output is said to hold',
    expect: { stdoutContains: ['abc'] },
    result: { stdout: { ...aResult().stdout, text: 'abc' } },
    problems: ['stdout does not contain "abc"'],
  },
  { name: 'a text that should not be there, and is not', expect: { stderrLacks: ['x'] }, result: { stderr: holding() }, problems: [] },
  {
    name: 'the line of a text that should not be there, made visible',
    expect: { stdoutLacks: ['\u001b[2J', 'y'] },
    result: { stdout: holding('\u001b[2J') },
    problems: ['stdout contains "\\u001b[2J" in line 7: see ⟦U+001B⟧[2J'],
  },
  {
    name: 'a text that should not be there, where hands did not say so',
    expect: { stdoutLacks: ['ERROR'] },
    result: { stdout: { ...holding(), text: 'an ERROR' } },
    problems: ['stdout contains "ERROR"'],
  },
  {
    name: 'an output that nobody searched',
    expect: { stdoutLacks: ['ERROR'] },
    problems: ['stdout was not searched for "ERROR"'],
  },
  { name: 'the exit code 137 that was expected', expect: { exitCode: 137 }, result: bySignal(137), problems: [] },
  {
    name: 'another signal than the code that was expected',
    expect: { exitCode: 137 },
    result: bySignal(143),
    problems: ['ended by signal: why'],
  },
  {
    name: 'a quota, whatever code was expected',
    expect: { exitCode: 137 },
    result: { ...bySignal(137), reason: 'memory' },
    problems: ['ended by memory: why'],
  },
  {
    name: 'an end from outside',
    expect: { exitCode: 137 },
    result: { ...bySignal(137), exitCode: null },
    problems: ['ended by signal: why'],
  },
  { name: 'a file that exists', expect: { filesExist: ['there'] }, result: { files }, problems: [] },
  { name: 'a file that does not', expect: { filesExist: ['gone'] }, result: { files }, problems: ['file gone does not exist'] },
  { name: 'a file that nobody looked at', expect: { filesExist: ['other'] }, result: { files }, problems: ['file other does not exist'] },
  { name: 'a file that is gone', expect: { filesAbsent: ['gone'] }, result: { files }, problems: [] },
  { name: 'a file that should be gone', expect: { filesAbsent: ['there'] }, result: { files }, problems: ['file there still exists'] },
  {
    name: 'an absence that nobody looked at',
    expect: { filesAbsent: ['other'] },
    result: { files },
    problems: ['file other still exists'],
  },
  { name: 'the right content', expect: { fileSha256: { there: hash } }, result: { files }, problems: [] },
  {
    name: 'no content',
    expect: { fileSha256: { gone: hash } },
    result: { files },
    problems: [`file gone has SHA-256 none, expected ${hash}`],
  },
  {
    name: 'everything that is wrong, not only the first',
    expect: { exitCode: 2, stdoutContains: ['x'], filesExist: ['gone'], filesAbsent: ['there'] },
    result: { files },
    problems: ['exit code 0, expected 2', 'stdout does not contain "x"', 'file gone does not exist', 'file there still exists'],
  },
  { name: 'why the quota ended it', result: { reason: 'wall', note: '600 s' }, problems: ['ended by wall: 600 s'] },
];

describe('unmetExpectations (spec P4, X6)', () => {
  it.each(cases)('finds $name', ({ expect: expectation, result, problems }) => {
    expect(unmetExpectations(expectation, aResult(result))).toEqual(problems);
  });

  it.each(terminationReasons.filter((reason) => reason !== 'exit'))('never calls an end by %s a success', (reason) => {
    expect(unmetExpectations(undefined, aResult({ reason, exitCode: 0 }))).toEqual([`ended by ${reason}`]);
  });

  it('is content with an expectation made of the very facts', () => {
    fc.assert(
      fc.property(fc.nat(255), fc.string({ minLength: 1 }), fc.uniqueArray(fc.string({ minLength: 1 })), (exitCode, text, paths) => {
        const facts = paths.map((path, index) => ({ path, exists: index % 2 === 0 }));
        const wanted: Expectation = {
          exitCode,
          stdoutContains: [text],
          stdoutLacks: [`${text}!`],
          filesExist: paths.filter((_, index) => index % 2 === 0),
          filesAbsent: paths.filter((_, index) => index % 2 === 1),
        };
        expect(unmetExpectations(wanted, aResult({ exitCode, stdout: holding(text), files: facts }))).toEqual([]);
        expect(
          unmetExpectations({ ...wanted, exitCode: (exitCode + 1) % 256 }, aResult({ exitCode, stdout: holding(text), files: facts })),
        ).toHaveLength(1);
        expect(expectedPaths(wanted).sort()).toEqual([...paths].sort());
      }),
    );
  });
});

it('names every text that hands look for, each once', () => {
  const wanted = { stdoutContains: ['a', 'b'], stdoutLacks: ['c', 'a'], stderrLacks: ['d'] };
  expect(expectedTexts(wanted, 'stdout')).toEqual(['a', 'b', 'c']);
  expect(expectedTexts(wanted, 'stderr')).toEqual(['d']);
  expect(expectedTexts(undefined, 'stdout')).toEqual([]);
});

describe('expectedPaths', () => {
  it('names every file once, and none where nothing is expected', () => {
    expect(expectedPaths({ filesExist: ['a', 'b'], filesAbsent: ['c'], fileSha256: { a: hash, d: hash } })).toEqual(['a', 'b', 'c', 'd']);
    expect(expectedPaths(undefined)).toEqual([]);
  });
});

describe('checkOutcome (spec X6)', () => {
  const command = { tool: 'shell', path: '/usr/bin/bash', args: [] };
  const finished = (steps: CommandResult[], ok = true): ExecutionResult => ({
    state: 'finished',
    host: 'here',
    ok,
    steps,
    problems: ['none'],
  });

  it('asks the facts of every step, whatever hands say', () => {
    const steps = [command, { ...command, expect: { exitCode: 3 } }];
    expect(checkOutcome({ steps }, finished([aResult(), aResult({ exitCode: 3 })]))).toEqual([]);
    expect(checkOutcome({ steps }, finished([aResult(), aResult()]))).toEqual(['step 2: exit code 0, expected 3']);
    expect(checkOutcome({ steps }, finished([aResult()]))).toEqual(['step 2: was not started']);
    expect(checkOutcome({ steps: [command] }, finished([aResult({ exitCode: 1 })]))).toEqual(['exit code 1, expected 0']);
  });

  it('believes hands that report a failure', () => {
    expect(checkOutcome({ steps: [command] }, finished([aResult()], false))).toEqual(['hands reported a failure', 'none']);
  });

  it.each<[string, ExecutionResult]>([
    ['cancelled: why', { state: 'cancelled', host: 'here', steps: [], startedSteps: 0, why: 'why' }],
    ['interrupted on here', { state: 'interrupted', host: 'here', steps: [], startedSteps: 1 }],
    ['another effect', { state: 'other_effect', host: 'here', steps: [aResult()], why: 'another effect' }],
    ['not run: dry_run', { state: 'dry_run', host: 'here', commandLines: [] }],
  ])('%s is no success', (problem, result) => {
    expect(checkOutcome({ steps: [command] }, result)).toEqual([problem]);
  });
});
