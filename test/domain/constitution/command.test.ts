import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkCommand, climbs } from '../../../src/domain/constitution/command.js';
import type { Tool } from '../../../src/domain/action/tool.js';
import { aTool } from '../../support/proposals/proposals.js';
import { anyText } from '../../support/texts.js';

const jq = aTool({ name: 'jq', command: ['/usr/bin/jq'], shell: false });
const shell = aTool();

function rulesOf(args: readonly string[], tool: Tool = jq, raisedRisk = true): string[] {
  return checkCommand({ toolName: tool.name, toolArgs: args, toolKwargs: {} }, tool, raisedRisk).map(({ rule }) => rule);
}

const privileged = ['sudo', 'su', 'doas', 'pkexec', 'sudoedit', 'run0'];
const disguises: [string, (program: string) => string][] = [
  ['bare', (p) => p],
  ['in capitals', (p) => p.toUpperCase()],
  ['by its path', (p) => `/usr/bin/${p}`],
  ['by a path with a detour', (p) => `//usr/./bin//${p}`],
  ['from the current folder', (p) => `./${p}`],
  ['behind another program', (p) => `env -i PATH=/bin ${p} id`],
  ['as the value of an option', (p) => `--rsh=${p}`],
  ['behind a comma', (p) => `-o,${p}`],
  ['behind a colon', (p) => `ext::${p} id`],
  ['in single quotes', (p) => `'${p}' id`],
  ['in double quotes', (p) => `"${p}" id`],
  ['parted by quotes', (p) => `${p.slice(0, 1)}"${p.slice(1)}" id`],
  ['parted by empty quotes', (p) => `${p.slice(0, 1)}''${p.slice(1)} id`],
  ['parted by a backslash', (p) => `${p.slice(0, 1)}\\${p.slice(1)} id`],
  ['parted in its path', (p) => `/usr/"bin"/${p.slice(0, 1)}""${p.slice(1)}`],
  ['behind a semicolon', (p) => `id;${p} id`],
  ['behind a pipe', (p) => `id|${p} id`],
  ['behind an ampersand', (p) => `id&&${p} id`],
  ['in a command substitution', (p) => `echo $(${p} id)`],
  ['in backticks', (p) => `echo \`${p} id\``],
  ['in a group', (p) => `{ ${p} id; }`],
  ['behind a redirection', (p) => `>x ${p} id`],
  ['in braces', (p) => `{${p},id}`],
  ['in an assignment', (p) => `X=${p}; $X id`],
  ['in JSON', (p) => `{"cmd":"${p}"}`],
  ['behind a tab', (p) => `id\t${p}`],
  ['behind a newline', (p) => `id\n${p} id`],
  ['behind a no-break space', (p) => `id\u00a0${p}`],
];

describe('a privileged program is refused (spec C4)', () => {
  it.each(disguises)('%s', (_, disguise) => {
    for (const program of privileged) {
      expect(rulesOf([disguise(program)])).toContain('privileged');
      expect(rulesOf(['x', disguise(program)], shell)).toContain('privileged');
    }
  });

  it.each([['/usr/bin/sudo'], ['/bin/SU'], ['/usr/bin/env', 'sudo'], ['/usr/bin/nice', '-n', '5', '/usr/bin/pkexec']] as const)(
    'as the tool itself: %j %j',
    (...command) => {
      expect(rulesOf([], aTool({ shell: false, command }))).toEqual(['privileged']);
    },
  );

  it.each(['pseudocode', 'sudoku', 'issue', 'result', 'sum', 'su-like', 'visudo-notes.txt', '/srv/sudo.d/x', 'doasi', 'sudo.log'])(
    'but not %j, which only resembles one',
    (word) => expect(rulesOf([word])).toEqual([]),
  );
});

describe('a path that climbs is refused (spec C4)', () => {
  it.each([
    '..',
    '../x',
    '/a/../b',
    'a/..',
    './..',
    'x ..',
    'cd .. ',
    '--file=../x',
    '-C..',
    '"."./x',
    ".''./x",
    String.raw`.\./x`,
    'a,..',
    'x=..',
  ])('%j', (path) => {
    expect(climbs(path)).toBe(true);
    expect(rulesOf([path])).toEqual(['path-traversal']);
  });

  it.each(['.', './x', 'a.b', '/workspace/x.tar.gz', 'v1..v2', '...', 'wait...', '.hidden/x'])('but not %j', (path) => {
    expect(climbs(path)).toBe(false);
  });

  it('wherever it stands in a longer path', () => {
    const name = fc.stringMatching(/^[a-z.]{0,6}$/);
    fc.assert(
      fc.property(fc.array(name), fc.array(name), (before, after) => {
        expect(climbs([...before, '..', ...after, ''].join('/'))).toBe(true);
      }),
    );
  });
});

describe('a control character is refused (spec C4)', () => {
  it.each([
    ['NUL', '\0', 'U+0000'],
    ['newline', '\n', 'U+000A'],
    ['carriage return', '\r', 'U+000D'],
    ['tab', '\t', 'U+0009'],
    ['escape', '\u001b', 'U+001B'],
    ['delete', '\u007f', 'U+007F'],
    ['C1 escape', '\u009b', 'U+009B'],
    ['next line', '\u0085', 'U+0085'],
    ['line separator', '\u2028', 'U+2028'],
    ['paragraph separator', '\u2029', 'U+2029'],
  ])('%s', (_, character, shown) => {
    const findings = checkCommand({ toolName: 'jq', toolArgs: ['a', `b${character}c`], toolKwargs: {} }, jq, true);
    expect(findings).toEqual([
      { rule: 'control-character', message: expect.stringContaining(`argument 2 of jq holds the control character ${shown}`) },
    ]);
  });

  it.each([
    ['one line of a YAML block', 'id\n', 'U+000A at its end; in YAML write |- for |'],
    ['two lines', 'id\nid\n', 'U+000A; several lines of text belong into tool_kwargs.stdin'],
  ])('and says what to write instead of %s', (_, text, message) => {
    const [finding] = checkCommand({ toolName: 'jq', toolArgs: [text], toolKwargs: {} }, jq, true);
    expect(finding?.message).toContain(message);
  });

  it('whichever it is', () => {
    const control = fc
      .oneof(fc.integer({ min: 0, max: 0x1f }), fc.integer({ min: 0x7f, max: 0x9f }))
      .map((point) => String.fromCodePoint(point));
    fc.assert(fc.property(fc.string(), control, fc.string(), (a, b, c) => expect(rulesOf([a + b + c])).toContain('control-character')));
  });

  it('but not in what is fed to the tool, the place for several lines', () => {
    expect(checkCommand({ toolName: 'jq', toolArgs: ['.'], toolKwargs: { stdin: 'a\nb' } }, jq, false)).toEqual([]);
  });
});

describe('length is bounded (spec C4)', () => {
  it.each([
    [['x'.repeat(4_096)], []],
    [['x'.repeat(4_097)], ['argument-length']],
    [Array.from({ length: 16 }, () => 'x'.repeat(4_096)), []],
    [Array.from({ length: 17 }, () => 'x'.repeat(4_096)), ['argument-length']],
  ])('case %#', (args, rules) => {
    expect(rulesOf(args)).toEqual(rules);
  });
});

describe('a shell (spec C4)', () => {
  const undeclared = aTool({ shell: false });

  it.each([[[]], [['a', 'b']], [['-c', 'id']]])('takes exactly one argument, not %j', (args) => {
    expect(rulesOf(args, shell)).toEqual(['shell-script']);
  });

  it.each([';', '|', '&', '`', '$', '(', ')', '<', '>'])('may hold %s only where it is declared and the risk is raised', (sign) => {
    expect(rulesOf([`a${sign}b`], shell, false)).toEqual(['shell-metacharacter']);
    expect(rulesOf([`a${sign}b`], shell, true)).toEqual([]);
    expect(rulesOf([`a${sign}b`], undeclared, true)).toEqual(['shell-metacharacter']);
    expect(rulesOf([`a${sign}b`], jq, false)).toEqual([]);
  });

  it.each(['sh', 'bash', 'dash', 'zsh', 'ksh', 'fish', 'csh'])('is known as one by the name of its program: %s', (name) => {
    expect(rulesOf(['a;b'], aTool({ shell: false, command: [`/usr/local/bin/${name}`, '-c'] }))).toEqual(['shell-metacharacter']);
  });

  it('says what to do instead', () => {
    const messages = (tool: Tool) =>
      checkCommand({ toolName: 'shell', toolArgs: ['a|b'], toolKwargs: {} }, tool, false).map(({ message }) => message);
    expect(messages(shell)).toEqual([expect.stringContaining('raise risk_level to medium')]);
    expect(messages(undeclared)).toEqual([expect.stringContaining('declare the tool with shell: true')]);
  });
});

describe('what is fed to a shell (spec C4)', () => {
  const fed = (stdin: string, tool: Tool = shell, raisedRisk = true) =>
    checkCommand({ toolName: tool.name, toolArgs: ['source /dev/stdin'], toolKwargs: { stdin } }, tool, raisedRisk);

  it.each(disguises)('names a privileged program: %s', (_, disguise) => {
    for (const program of privileged) expect(fed(`id\n${disguise(program)}`).map(({ rule }) => rule)).toContain('privileged');
  });

  it.each([
    ['a privileged program', 'id\nsudo id', 'privileged', 'line 2 of the stdin of shell names'],
    ['one that is parted at the end of a line', 'id\nsu\\\ndo id', 'privileged', 'line 2'],
    ['a path that climbs', 'id\ncat ../x', 'path-traversal', 'line 2'],
    ['one that is parted at the end of a line', 'cd .\\\n./x', 'path-traversal', 'line 1'],
    ['a control character', 'id\r\nid', 'control-character', 'line 1 of the stdin of shell holds the control character U+000D'],
  ])('is refused with %s: %j', (_, stdin, rule, message) => {
    expect(fed(stdin)).toEqual([{ rule, message: expect.stringContaining(message) }]);
  });

  it('holds metacharacters only where it is declared and the risk is raised, as its argument does', () => {
    const found = [{ rule: 'shell-metacharacter', message: expect.stringContaining('line 2 of the stdin of shell') }];
    expect(fed('id\nid > x', shell, false)).toEqual(found);
    expect(fed('id\nid > x', shell, true)).toEqual([]);
    expect(fed('id\nid > x', aTool({ shell: false, command: ['/usr/bin/env', 'bash', '-c'] }), true)).toEqual(found);
  });

  it('has lines, tabs and a bound of its own, and objects once to a thing that is there a thousand times', () => {
    expect(fed('a\tb\n'.repeat(16_000), shell, false)).toEqual([]);
    expect(fed('sudo\n'.repeat(1_000))).toHaveLength(1);
  });

  it('is no affair of the review for a tool that is no shell', () => {
    expect(fed('import os\nprint("../x", "sudo")', jq, false)).toEqual([]);
  });
});

describe('several objections', () => {
  it('are all named, each with its argument', () => {
    expect(rulesOf(['sudo', '..', 'a\nb', '../su'])).toEqual([
      'privileged',
      'privileged',
      'path-traversal',
      'path-traversal',
      'control-character',
    ]);
  });

  it('are those of the arguments alone, and of all of them', () => {
    const argument = fc.oneof(anyText, fc.constantFrom('sudo', '..', '/a/../b', 'a\nb', '.', 'x;y'));
    fc.assert(
      fc.property(fc.array(argument, { maxLength: 4 }), (args) => {
        expect(rulesOf(args).sort()).toEqual(args.flatMap((one) => rulesOf([one])).sort());
      }),
    );
  });
});
