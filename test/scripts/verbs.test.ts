import { describe, expect, it } from '@jest/globals';
import { missingSteps, readVerbs, rowsIn } from '../../scripts/lib/verbs.mjs';
import { commands } from '../../src/cli/commands.js';
import { shippedSchemas } from '../../src/cli/schemas/shipped.js';

const file = 'src/cli/commands/system/hello.ts';
type Texts = Readonly<Record<string, string>>;
interface Verbs {
  readonly rows: { verb: string; file: string }[];
  readonly commandFiles: string[];
  readonly testFiles: Texts;
  readonly printed: Texts;
  readonly shipped: Texts;
}

const whole: Verbs = {
  rows: [{ verb: 'hello', file }],
  commandFiles: [file],
  testFiles: { 'test/cli/commands/system/hello.test.ts': `printed(stdout, 'hello')` },
  printed: { 'hello.v1.json': '{}' },
  shipped: { 'hello.v1.json': '{}' },
};
const missing = (change: Partial<Verbs>) => missingSteps({ ...whole, ...change });

describe('a verb is its file, its row and its test', () => {
  it('and lacks nothing then', () => {
    expect(missing({})).toEqual([]);
  });

  it.each<{ without: string; change: Partial<Verbs>; says: string }>([
    {
      without: 'its row',
      change: { rows: [], printed: {}, shipped: {} },
      says: `${file} is no verb yet: it needs its row in src/cli/verbs/`,
    },
    {
      without: 'a test',
      change: { testFiles: { 'test/cli/other.test.ts': `ubos('help hello'); printed(stdout, 'hello')` } },
      says: 'ubos hello has no test: write test/cli/commands/system/hello.test.ts, which types it',
    },
    {
      without: 'a word about what it prints',
      change: { testFiles: { 'test/cli/commands/system/hello.test.ts': '' } },
      says: `no test below test/cli says that ubos.hello/v1 is printed: printed(stdout, 'hello')`,
    },
    {
      without: 'its schema',
      change: { shipped: {} },
      says: 'schemas/hello.v1.json is not what the commands print: npm run golden',
    },
    {
      without: 'a shape for a schema',
      change: { printed: {} },
      says: 'schemas/hello.v1.json is not what the commands print: npm run golden',
    },
  ])('without $without it says so', ({ change, says }) => {
    expect(missing(change)).toEqual([says]);
  });

  it.each([`ubos('hello --json')`, `{ line: "hello" }`, 'ubos(`hello ${id}`)'])(
    'a test of another name counts where it types the verb: %s',
    (typed) => {
      expect(missing({ testFiles: { 'test/cli/table.test.ts': `${typed}, 'hello'` } })).toEqual([]);
    },
  );

  it('of the table every row is read', () => {
    expect(
      readVerbs()
        .rows.map(({ verb }) => verb)
        .sort(),
    ).toEqual(commands.map(({ path }) => path.join(' ')).sort());
    expect(rowsIn(`{ path: ['a', 'b'], load: async () => (await import('../commands/a/b.js')).command }`)).toEqual([
      { verb: 'a b', file: 'src/cli/commands/a/b.ts' },
    ]);
  });

  it('none of ours lacks anything (spec U1, U2)', async () => {
    expect(missingSteps({ ...readVerbs(), printed: await shippedSchemas() })).toEqual([]);
  });
});
