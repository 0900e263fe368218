import { describe, expect, it } from '@jest/globals';
import { compare, idsIn, readTests, rowsOf, statements } from '../../scripts/lib/specification.mjs';

/** Never as it would stand in a name, or this file would be one that enforces what it plants. */
const word = 'spec';
const tag = (ids: string) => `(${word} ${ids})`;
const named = (...ids: string[]) => `it('does it ${tag(ids.join(', '))}', () => undefined);`;

const page = (change: (id: string) => string | undefined = () => undefined) =>
  statements.map((id) => change(id) ?? `| ${id} | what | open: later |  |`).join('\n');
const changed = (wanted: string, line: string) => page((id) => (id === wanted ? line : undefined));
const enforced = [{ name: 'a/b', source: named('X5') }];

describe('the statements and the tests', () => {
  it('have nothing to object to where each row that is not open has a test', () => {
    const { problems, generated } = compare(changed('X5', '| X5 | what | done; narrowed | `old` |'), enforced);
    expect(problems).toEqual([]);
    expect(generated).toBe(changed('X5', '| X5 | what | done; narrowed | `a/b` |'));
  });

  it('count a test of a part for the whole', () => {
    const tests = [
      { name: 'a', source: named('Q4b') },
      { name: 'b', source: named('P1', 'Q4') },
    ];
    const rows = rowsOf(compare(page(), tests).generated);
    expect(rows.filter(({ tests: found }) => found !== '').map(({ id, tests: found }) => [id, found])).toEqual([
      ['P1', '`b`'],
      ['Q4', '`a` `b`'],
      ['Q4b', '`a`'],
    ]);
  });

  it.each<[string, string, { name: string; source: string }[], string]>([
    ['a row that is gone', changed('K3', ''), enforced, 'K3 has no row'],
    ['a row of nothing that is known', `${page()}\n| Z1 | what | open: later |  |`, enforced, 'Z1 is no statement'],
    ['a row that stands there twice', `${page()}\n| K3 | what | open: later |  |`, enforced, 'K3 is no statement, or has two rows'],
    ['a state that is none', changed('X5', '| X5 | what | nearly | |'), enforced, 'X5: "nearly" is none of done'],
    ['a state that does not say what is missing', changed('X5', '| X5 | what | partly: | |'), enforced, 'X5: "partly:" is none'],
    ['done without a test', changed('K3', '| K3 | what | done |  |'), enforced, 'K3 is not open, and no test names it'],
    ['partly without a test', changed('K3', '| K3 | what | partly: a half |  |'), enforced, 'K3 is not open'],
    ['an id that nobody knows', page(), [{ name: 'a/b', source: named('X99') }], 'a/b names X99, which is no statement'],
    ['ids that are written otherwise', page(), [{ name: 'a/b', source: named('X5 and X6') }], 'should be written as'],
  ])('object to %s', (_, text, tests, problem) => {
    expect(compare(text, tests).problems).toEqual([expect.stringContaining(problem)]);
  });

  it('are read from this project, those of the virtual machine too', () => {
    const all = readTests();
    expect(all.length).toBeGreaterThan(200);
    expect(all.map(({ name }) => name)).toEqual(expect.arrayContaining(['docs/specification', 'system/power-cut', 'system/vm/checks']));
  });
});

describe('the ids in the names of tests', () => {
  it('are read from every kind of text, once each', () => {
    const source = [named('A1', 'X5'), `describe(\`\${name} ${tag('X5')}\`, f);`, `const all = [{ name: "n ${tag('Q4a')}" }];`].join('\n');
    expect(idsIn(source)).toEqual({ ids: ['A1', 'X5', 'Q4a'], odd: [] });
  });

  it('are not those of comments', () => {
    expect(idsIn(`/** why ${tag('A1')} */\nit('does it', f); // ${tag('X5')}`)).toEqual({ ids: [], odd: [] });
  });
});
