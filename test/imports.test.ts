import { execFile } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { aFolder, fill } from './support/folders.js';
import { adapters, sound } from './support/sound-tree.js';

const project = new URL('..', import.meta.url).pathname;
const cruiser = join(project, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
const configs = { all: join(project, '.dependency-cruiser.cjs'), runtime: join(project, '.dependency-cruiser.runtime.cjs') };
const load = createRequire(import.meta.url);
const ruleNames = (config: string) => (load(config) as { forbidden: { name: string }[] }).forbidden.map(({ name }) => name);

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

/** What `npm run check` asks, of another tree. */
function cruise(folder: string, config: string): Promise<Violation[]> {
  const args = [cruiser, 'src', '--config', config, '--output-type', 'json'];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: folder, maxBuffer: 64 * 1_048_576 }, (error, stdout, stderr) => {
      try {
        resolve((JSON.parse(stdout) as { summary: { violations: Violation[] } }).summary.violations);
      } catch {
        reject(new Error(`dependency-cruiser printed no JSON: ${stderr}`, { cause: error }));
      }
    });
  });
}

interface Plant {
  rule: string;
  file: string;
  from: string;
  more?: Record<string, string>;
}

const planted = (rule: string, folder: string, ...imports: string[]): Plant[] =>
  imports.map((from, index) => ({ rule, file: `src/${folder}/planted-${rule}-${index}.ts`, from }));

const plants: Plant[] = [
  ...planted('row-domain', 'domain', 'node:fs', '../contract/c.js', '../adapters/audit/a.js', '@temporalio/common'),
  ...planted('row-contract', 'contract', 'node:fs', '../client/l.js', '../workflows/w.js', 'zod'),
  ...planted('row-workflows', 'workflows', 'node:fs', '../activities/brain/v.js', '../config/f.js', 'zod', '@temporalio/client'),
  ...planted(
    'row-config',
    'config',
    '../adapters/audit/a.js',
    '../adapters/files/a.js',
    '../client/l.js',
    'pino',
    '@temporalio/envconfig',
    'node:child_process',
  ),
  ...['brain', 'hands', 'mind', 'books', 'shared'].flatMap((side) =>
    planted(`row-activities-${side}`, `activities/${side}`, 'node:child_process', '../../config/f.js', '../../workflows/w.js', 'execa'),
  ),
  // What keeps the sides apart: hands never know the trail, the playbooks or the other side; the brain never knows what runs.
  ...planted(
    'row-activities-hands',
    'activities/hands/far',
    '../../../adapters/audit/a.js',
    '../../../adapters/playbooks/a.js',
    '../../brain/v.js',
  ),
  ...planted(
    'row-activities-brain',
    'activities/brain/far',
    '../../../adapters/sandbox/a.js',
    '../../../adapters/ledger/a.js',
    '../../../adapters/egress/a.js',
    '../../hands/v.js',
  ),
  ...planted('row-client', 'client', '../adapters/files/a.js', '../adapters/audit/a.js', '../cli/k.js', 'commander', 'node:child_process'),
  ...planted('row-health', 'health', '../cli/k.js', '../client/l.js', '../worker/main.js', 'node:fs', 'zod'),
  ...planted('row-worker', 'worker', '../cli/k.js', 'execa', 'zod'),
  ...planted('row-cli', 'cli', '../workflows/w.js', '../activities/brain/v.js', '@temporalio/client', 'execa'),
  ...adapters.flatMap((name) =>
    planted(`row-adapters-${name}`, `adapters/${name}`, `../${name === 'audit' ? 'host' : 'audit'}/a.js`, '../../config/f.js', 'commander'),
  ),
  ...planted('activities-know-adapters-by-their-types', 'activities/brain', '../../adapters/audit/a.js'),
  ...planted('activities-lie-on-a-side', 'activities', '../contract/c.js'),
  ...planted('every-adapter-has-a-row', 'adapters/foreign', '../../domain/d.js'),
  ...planted('every-folder-has-a-row', 'foreign', '../domain/d.js'),
  ...planted('zod-in-schema-files-only', 'domain', 'zod'),
  ...planted('schemas-are-made-in-schema-files', 'config', 'zod'),
  ...planted('ubos-loads-adapters-lazily', 'cli', '../adapters/sandbox/a.js', '../adapters/files/a.js', '../health/r.js'),
  ...planted('loggers-are-made-in-their-adapter', 'worker', 'pino'),
  ...['../../adapters/audit/a.js', '../../adapters/playbooks/a.js', '../../activities/brain/v.js'].map((from, index) => ({
    rule: 'wiring-of-hands-knows-no-trail',
    file: `src/worker/wiring/hands-${index}.ts`,
    from,
  })),
  ...['../../adapters/ledger/a.js', '../../adapters/egress/a.js', '../../activities/hands/v.js'].map((from, index) => ({
    rule: 'wiring-of-the-brain-starts-nothing',
    file: `src/worker/wiring/brain-${index}.ts`,
    from,
  })),
  ...planted('no-command-loads-zod', 'cli', 'zod', './schemas/s.schema.js'),
  ...planted('nobody-imports-main', 'worker', './main.js'),
  ...planted('src-never-imports-test', 'cli', '../../test/t.js'),
  ...planted('no-dev-dependency-in-src', 'cli', 'jest'),
  ...planted('nothing-unresolvable', 'cli', './nowhere.js', 'not-installed'),
  { rule: 'no-cycles', file: 'src/cli/back.ts', from: './there.js', more: { 'src/cli/there.ts': "export { y as x } from './back.js';" } },
  // A circle of types is one too: who reads one file has to read the other.
  {
    rule: 'no-cycles',
    file: 'src/domain/circle.ts',
    from: './type.js',
    more: { 'src/domain/type.ts': "import type { y } from './circle.js';\nexport type T = typeof y;\nexport const x = 1;" },
  },
  { rule: 'no-orphans', file: 'src/cli/lonely.ts', from: '' },
];

const runtimePlants: Plant[] = [
  ...planted('workflows-reach-no-io', 'workflows', '../adapters/audit/a.js', '../config/f.js', '../domain/s.schema.js', 'zod'),
  {
    rule: 'workflows-reach-no-io',
    file: 'src/workflows/planted-far.ts',
    from: '../contract/bridge.js',
    more: {
      'src/contract/bridge.ts': "export { x } from '../domain/farther.js';",
      'src/domain/farther.ts': "export { s as x } from './s.schema.js';",
    },
  },
  {
    rule: 'workflows-reach-no-io',
    file: 'src/workflows/planted-schema.ts',
    from: '../domain/plain.schema.js',
    more: { 'src/domain/plain.schema.ts': 'export const x = 1;' },
  },
  ...['workflows', 'contract', 'domain'].flatMap((folder) => planted('workflows-reach-no-node', folder, 'node:fs', 'crypto')),
  {
    rule: 'hands-load-no-trail',
    file: 'src/worker/roles/hands-far.ts',
    from: '../wiring/near.js',
    more: { 'src/worker/wiring/near.ts': "export { a as x } from '../../adapters/audit/a.js';" },
  },
  {
    rule: 'the-brain-loads-nothing-that-starts',
    file: 'src/worker/roles/brain-far.ts',
    from: '../wiring/beside.js',
    more: { 'src/worker/wiring/beside.ts': "export { a as x } from '../../adapters/ledger/a.js';" },
  },
  {
    rule: 'the-guard-loads-little',
    file: 'src/worker/roles/guard-far.ts',
    from: '../wiring/small.js',
    more: { 'src/worker/wiring/small.ts': "export { x } from 'zod';" },
  },
];

function plant(folder: string, all: readonly Plant[]): string {
  const files = all.map(({ file, from, more }) => ({
    [file]: from === '' ? 'export const x = 1;' : `import { x } from '${from}';\nexport const y = x;`,
    ...more,
  }));
  return fill(folder, Object.assign({}, ...files) as Record<string, string>);
}

describe('the rules about imports', () => {
  const [clean, dirty, dirtyAtRunTime] = [aFolder(), aFolder(), aFolder()];
  let found: Violation[];
  let untouched: Violation[][];

  beforeAll(async () => {
    for (const folder of [clean, dirty, dirtyAtRunTime]) {
      fill(folder, sound);
      cpSync(join(project, 'tsconfig.json'), join(folder, 'tsconfig.json'));
    }
    plant(dirty, plants);
    plant(dirtyAtRunTime, runtimePlants);
    found = (await Promise.all([cruise(dirty, configs.all), cruise(dirtyAtRunTime, configs.runtime)])).flat();
    untouched = await Promise.all(Object.values(configs).map((config) => cruise(clean, config)));
  });

  it.each([...plants, ...runtimePlants])('$rule fires for $from in $file', ({ rule, file }) => {
    expect(found.filter(({ from }) => from === file).map(({ rule: { name } }) => name)).toContain(rule);
  });

  it('have a plant for each, and are named once', () => {
    const names = [...ruleNames(configs.all), ...ruleNames(configs.runtime)];
    expect([...new Set([...plants, ...runtimePlants].map(({ rule }) => rule))].sort()).toEqual([...names].sort());
  });

  it('are silent about a tree that keeps to them', () => {
    expect(untouched).toEqual([[], []]);
  });

  it('are what `npm run check` holds the real tree against', () => {
    const checks = readFileSync(join(project, 'scripts/check.mjs'), 'utf8');
    for (const config of Object.values(configs))
      expect(checks).toContain(`dependency-cruise.mjs', 'src', '--config', '${basename(config)}'`);
  });
});
