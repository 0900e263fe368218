import { describe, expect, it } from '@jest/globals';
import { blocksIn, typedIn } from '../support/pages/blocks.js';
import type { Names } from '../support/pages/shown.js';
import { asTyped, difference } from '../support/pages/shown.js';

const [one, two] = ['janus-f934e9860d3a', 'janus-0123456789ab'];
const digest = '93eca4e5'.repeat(8);
const here = (names: Names = new Map()) => ({ home: '/tmp/clone', names });

describe('what a page shows', () => {
  it.each([
    {
      name: 'an id, a digest, its words and times',
      shown: `${one} ${digest} nusos-hakor 23h59m`,
      came: `${two} ${'ab'.repeat(32)} bafud-zogim 1h02m`,
    },
    { name: 'lines that break elsewhere', shown: 'one\n  two three', came: 'one two\nthree\n' },
    { name: 'colours', shown: '✓ done', came: '\u001b[32m✓\u001b[39m done' },
    { name: 'words left out', shown: 'first ... last', came: 'first and more and last' },
    { name: 'another folder', shown: '/home/ana/janus/.janus/x.json:3', came: '/tmp/clone/.janus/x.json:3' },
    { name: 'another count', shown: 'records 0 to 14, 5.3 s, 77G 17%', came: 'records 0 to 3, 12.07 s, 1.5T 4%' },
    {
      name: 'another machine',
      shown:
        'actions as uid 61999 (no account is called janus), rlimit: kernel limits per process; totals are read from /proc and ended when they are passed',
      came: 'actions as janus (uid 998), cgroup-v1: the kernel limits memory and processes of the whole action and counts its CPU time',
    },
  ])('is what came, with $name', ({ shown, came }) => {
    expect(difference(shown, came, here())).toBeUndefined();
  });

  it.each([
    { name: 'a word', shown: 'approved by ana', came: 'approved by bo' },
    { name: 'none for some', shown: '1 proposed', came: '0 proposed' },
    { name: 'another exit code', shown: 'exit 1 in 0.5 s', came: 'exit 3 in 0.5 s' },
    { name: 'more at the end', shown: 'one', came: 'one two' },
    { name: 'more at the beginning', shown: 'two', came: 'one two' },
    { name: 'less than is shown', shown: 'one ... two', came: 'one' },
    { name: 'words in another order around what is left out', shown: 'a ... b ... c', came: 'b a c' },
    {
      name: 'a tier that says something else',
      shown: 'actions as janus (uid 1), rlimit: nothing',
      came: 'actions as janus (uid 1), rlimit: less',
    },
    { name: 'one name for two things', shown: `${one} ${one}`, came: `${one} ${two}` },
  ])('is not what came, with $name', ({ shown, came }) => {
    expect(difference(shown, came, here())).toBeDefined();
  });

  it('gives its names to the commands that use them, whole or by their first digits', () => {
    const settings = here();
    expect(difference(`${one} ${digest}`, `${two} ${'ab'.repeat(32)}`, settings)).toBeUndefined();
    expect(asTyped(`ubos approve ${one} --digest ${digest.slice(0, 32)}`, settings)).toBe(
      `ubos approve ${two} --digest ${'ab'.repeat(16)}`,
    );
    expect(asTyped('ubos audit prove f934e9 > proof.json', settings)).toBe('ubos audit prove 012345 > proof.json');
    expect(() => asTyped('ubos logs janus-000000000000', settings)).toThrow('which the page has not shown before');
  });
});

describe('the blocks of a page', () => {
  const fence = '```';

  it('are found wherever they stand, closed or not', () => {
    const text = [
      '',
      `${fence}sh elsewhere`,
      'a',
      fence,
      `  ${fence}`,
      'b',
      `  ${fence}`,
      '~~~~ json x',
      fence,
      '~~~~',
      `${fence}text`,
    ].join('\n');
    expect(blocksIn(text, 'p').map(({ line, language, mark, text: body }) => [line, language, mark, body])).toEqual([
      [2, 'sh', 'elsewhere', 'a\n'],
      [5, '', '', 'b\n'],
      [8, 'json', 'x', `${fence}\n`],
      [11, 'text', '', '\n'],
    ]);
  });

  it('are commands and what they show', () => {
    const [block] = blocksIn(
      [`${fence}console`, '$ one \\', '  more', '1', '', '$ two <<END', 'in', 'END', '$ three', fence].join('\n'),
      'p',
    );
    expect(block && typedIn(block).map(({ line, command, shown }) => [line, command, shown])).toEqual([
      [2, 'one \\\n  more', '1\n'],
      [6, 'two <<END\nin\nEND', ''],
      [9, 'three', ''],
    ]);
  });
});
