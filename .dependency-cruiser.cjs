/**
 * The table of design.md section 3, as rules: each folder may import what its row names, itself, and nothing else. Types count as imports.
 * What workflows reach at run time is checked by `.dependency-cruiser.runtime.cjs`. `test/imports.test.ts` plants forbidden imports.
 */
const src = (...folders) => folders.map((folder) => `^src/${folder}/`);
const npm = (...names) => names.map((name) => `^node_modules/${name}/`);

const rows = [
  { folder: 'domain', may: npm('zod') },
  { folder: 'contract', may: [...src('domain'), ...npm('@temporalio/common', '@temporalio/workflow')] },
  { folder: 'workflows', may: [...src('contract', 'domain'), ...npm('@temporalio/common', '@temporalio/workflow')] },
  { folder: 'config', may: [...src('domain'), ...npm('zod', 'yaml', '@temporalio/envconfig')], node: true },
  // Adapters by their interfaces only: a rule of its own below. Each side knows its own adapters, and no other side.
  ...Object.entries({
    brain: src('adapters/audit', 'adapters/permit', 'adapters/signatures', 'activities/shared'),
    hands: src(...['ledger', 'permit', 'sandbox', 'host', 'signatures'].map((name) => `adapters/${name}`), 'activities/shared'),
    mind: src('adapters/playbooks', 'activities/shared'),
    books: src('activities/shared'),
    shared: src('adapters/signatures'),
  }).map(([side, others]) => ({
    folder: `activities/${side}`,
    may: [...src('contract', 'domain'), ...others, ...npm('@temporalio/activity', '@temporalio/common')],
  })),
  { folder: 'client', may: [...src('contract', 'domain', 'config'), ...npm('@temporalio/client', '@temporalio/envconfig')], node: true },
  {
    folder: 'worker',
    may: [
      ...src('activities', 'adapters', 'client', 'config', 'contract', 'domain', 'workflows'),
      ...npm('@temporalio/worker', '@temporalio/client', 'pino'),
    ],
    node: true,
  },
  {
    folder: 'cli',
    // zod for the schemas of --json only: a rule of its own below.
    may: [...src('adapters', 'client', 'config', 'contract', 'domain'), ...npm('commander', 'string-width', 'zod')],
    node: true,
  },
  // One folder for each outside thing; siblings never import each other, but for `files`, which knows how to write so that it lasts.
  ...Object.entries({
    audit: npm('fs-native-extensions'),
    egress: [],
    files: [],
    host: [],
    ledger: [],
    log: npm('@temporalio/worker'),
    notify: npm('execa'),
    permit: [],
    playbooks: [],
    sandbox: npm('diff'),
    signatures: npm('execa'),
  }).map(([name, packages]) => ({
    folder: `adapters/${name}`,
    may: [...src('domain', 'adapters/files'), ...npm('pino'), ...packages],
    node: true,
  })),
];

const rowRules = rows.map(({ folder, may, node = false }) => ({
  name: `row-${folder.replace('/', '-')}`,
  severity: 'error',
  from: { path: `^src/${folder}/` },
  to: { pathNot: [`^src/${folder}/`, ...may], ...(node && { dependencyTypesNot: ['core'] }) },
}));

const below = (parent) =>
  rows.flatMap(({ folder }) => (folder.startsWith(`${parent}/`) ? [folder.slice(parent.length + 1)] : [])).join('|');
const adapterNames = below('adapters');
const sideNames = below('activities');

module.exports = {
  forbidden: [
    ...rowRules,
    {
      name: 'activities-know-adapters-by-their-types',
      severity: 'error',
      from: { path: '^src/activities/' },
      to: { path: '^src/adapters/', dependencyTypesNot: ['type-only'] },
    },
    { name: 'every-adapter-has-a-row', severity: 'error', from: { path: `^src/adapters/(?!(${adapterNames})/)` }, to: {} },
    { name: 'activities-lie-on-a-side', severity: 'error', from: { path: `^src/activities/(?!(${sideNames})/)` }, to: {} },
    {
      name: 'zod-in-schema-files-only',
      severity: 'error',
      from: { path: '^src/domain/', pathNot: '\\.schema\\.ts$' },
      to: { path: npm('zod') },
    },
    {
      name: 'json-schemas-are-for-tests-and-scripts',
      severity: 'error',
      from: { path: '^src/cli/', pathNot: '^src/cli/schemas/(json-schemas|json-shapes|preview-schema|trail-schemas)\\.ts$' },
      to: { path: ['^src/cli/schemas/(json-schemas|json-shapes|preview-schema|trail-schemas)\\.ts$', ...npm('zod')] },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, pathNot: '\\.d\\.ts$' }, to: {} },
    { name: 'nobody-imports-main', severity: 'error', from: {}, to: { path: '^src/[^/]+/main\\.ts$' } },
    { name: 'src-never-imports-test', severity: 'error', from: { path: '^src/' }, to: { path: '^(test|bench|scripts)/' } },
    { name: 'no-dev-dependency-in-src', severity: 'error', from: { path: '^src/' }, to: { dependencyTypes: ['npm-dev'] } },
    { name: 'nothing-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'] },
  },
};
