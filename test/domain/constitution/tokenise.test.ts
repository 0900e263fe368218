import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { tokenise } from '../../../src/domain/constitution/tokenise.js';
import { anyText } from '../../support/texts.js';

/** What a real shell makes of the same words, without expanding file names. */
function askShell(commands: readonly string[]): string[][] {
  const script = ['set -f', ...commands.map((command) => `printf '%s\\0' ${command}\nprintf '\\1'`)].join('\n');
  const answer = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' });
  return answer
    .split('\u0001')
    .slice(0, -1)
    .map((words) => words.split('\0').slice(0, -1));
}

describe('tokenise (spec C4)', () => {
  it.each([
    ['df -h /workspace', ['df', '-h', '/workspace']],
    ['  a \t b  ', ['a', 'b']],
    ['echo "a b" \'c d\'', ['echo', 'a b', 'c d']],
    ['a"b"\'c\'d', ['abcd']],
    ['""', ['']],
    ["x ''", ['x', '']],
    [String.raw`a\ b`, ['a b']],
    [String.raw`"a\"b"`, ['a"b']],
    [String.raw`"\d+"`, [String.raw`\d+`]],
    [String.raw`'\d+'`, [String.raw`\d+`]],
    [String.raw`\d`, ['d']],
    [String.raw`\$HOME \; \|`, ['$HOME', ';', '|']],
    [String.raw`"\$HOME"`, ['$HOME']],
    [`'$HOME;|&\`()<>'`, ['$HOME;|&`()<>']],
    ['"a;b|c<d>"', ['a;b|c<d>']],
    ['ls *.log ~', ['ls', '*.log', '~']],
  ])('splits %j', (command, words) => {
    expect(tokenise(command)).toEqual({ words });
  });

  it.each([
    ['', 'is empty'],
    ['   ', 'is empty'],
    ['a | b', 'the shell metacharacter "|"'],
    ['a; b', 'the shell metacharacter ";"'],
    ['a & b', 'the shell metacharacter "&"'],
    ['echo $HOME', 'the shell metacharacter "$"'],
    ['echo `id`', 'the shell metacharacter "`"'],
    ['(a)', 'the shell metacharacter "("'],
    ['a > b', 'the shell metacharacter ">"'],
    ['a < b', 'the shell metacharacter "<"'],
    ['echo "$HOME"', 'which a shell would expand'],
    ['echo "`id`"', 'which a shell would expand'],
    ['echo "a', 'has an open "'],
    ["echo 'a", "has an open '"],
    ['a\\', 'ends with a backslash'],
  ])('refuses %j', (command, problem) => {
    expect(tokenise(command)).toEqual({ problem: expect.stringContaining(problem) });
  });

  it('reads words as a real shell does', () => {
    const part = fc.constantFrom('a', 'B7', '-x', ' ', "'", '"', '\\', '=', '/', '.', '*', 'é', "'$;'", String.raw`\$`, '\\"');
    const commands = fc.sample(fc.array(part, { minLength: 1, maxLength: 12 }), { numRuns: 400, seed: 7 }).map((parts) => parts.join(''));
    const sound = commands.flatMap((command) => {
      const result = tokenise(command);
      return 'words' in result ? [{ command, words: result.words }] : [];
    });
    expect(sound.length).toBeGreaterThan(100);
    expect(sound.map(({ words }) => words)).toEqual(askShell(sound.map(({ command }) => command)));
  });

  it('gives back every word that is quoted', () => {
    const quote = (word: string) => `'${word.replaceAll("'", String.raw`'\''`)}'`;
    fc.assert(
      fc.property(fc.array(anyText, { minLength: 1 }), (words) => {
        expect(tokenise(words.map(quote).join(' '))).toEqual({ words });
      }),
    );
  });
});
