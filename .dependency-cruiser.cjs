/**
 * Who may import whom, as rules: each folder may import what its row names, itself, and nothing else. Types count as imports.
 * What workflows reach at run time is checked by `.dependency-cruiser.runtime.cjs`. `test/imports.test.ts` plants forbidden imports.
 */
const src = (...folders) => folders.map((folder) => `^src/${folder}/`);
const npm = (...names) => names.map((name) => `^node_modules/${name}/`);
const node = (...names) => names.map((name) => `^(node:)?${name}$`);

/** What makes every digest: it does no I/O, and whoever may use node may import it. */
const digest = ['^src/adapters/files/sha256\\.ts$'];

/** Adapters that ask somebody over HTTP. */
const asking = new Set(['model', 'notify', 'oracles']);

const rows = [
  { folder: 'domain', may: npm('zod') },
  { folder: 'contract', may: [...src('domain'), ...npm('@temporalio/common', '@temporalio/workflow')] },
  { folder: 'workflows', may: [...src('contract', 'domain'), ...npm('@temporalio/common', '@temporalio/workflow')] },
  { folder: 'config', may: [...src('domain'), ...digest, ...npm('zod', 'yaml'), ...node('crypto', 'fs', 'os', 'path', 'util')] },
  // Adapters by their interfaces only: a rule of its own below. Each side knows its own adapters, and no other side.
  ...Object.entries({
    brain: src('adapters/audit', 'adapters/permit', 'adapters/signatures', 'activities/shared'),
    hands: src(...['ledger', 'permit', 'sandbox', 'host', 'controls', 'signatures'].map((name) => `adapters/${name}`), 'activities/shared'),
    mind: src('adapters/model', 'adapters/oracles', 'adapters/tickets', 'activities/shared'),
    books: src('adapters/audit', 'activities/shared'),
    shared: src('adapters/signatures'),
  }).map(([side, others]) => ({
    folder: `activities/${side}`,
    may: [...src('contract', 'domain'), ...others, ...npm('@temporalio/activity', '@temporalio/common')],
  })),
  {
    folder: 'client',
    // No program and no file of ours: randomness and digests, whether a port answers and by which TLS, whether a connection's profile is there.
    may: [
      ...src('contract', 'domain', 'config'),
      ...digest,
      ...npm('@temporalio/client', '@temporalio/envconfig'),
      ...node('crypto', 'fs', 'net', 'path', 'tls'),
    ],
  },
  // All that health is judged by, for those who tell people and for those who tell Prometheus.
  { folder: 'health', may: src('adapters', 'config', 'domain') },
  {
    folder: 'worker',
    may: [
      ...src('activities', 'adapters', 'client', 'config', 'contract', 'domain', 'health', 'workflows'),
      ...npm('@temporalio/worker', '@temporalio/client', 'pino'),
    ],
    node: true,
  },
  {
    folder: 'cli',
    // zod for the schemas of --json only: a rule of its own below.
    may: [...src('adapters', 'client', 'config', 'contract', 'domain', 'health'), ...npm('commander', 'string-width', 'zod')],
    node: true,
  },
  // One folder for each outside thing; siblings never import each other, but for `files`, which knows how to write so that it lasts, and
  // `outbound`, which knows how one request leaves this process.
  ...Object.entries({
    audit: npm('fs-native-extensions'),
    backup: npm('execa'),
    cockpit: npm('execa'),
    controls: npm('fs-native-extensions'),
    egress: [],
    files: [],
    host: [],
    ledger: [],
    log: npm('@temporalio/worker'),
    model: [],
    notify: [],
    oracles: [],
    outbound: [],
    permit: [],
    playbooks: [],
    policies: [],
    sandbox: npm('diff'),
    signatures: npm('execa'),
    systemd: [],
    tickets: [],
  }).map(([name, packages]) => ({
    folder: `adapters/${name}`,
    may: [...src('domain', 'adapters/files', ...(asking.has(name) ? ['adapters/outbound'] : [])), ...npm('pino'), ...packages],
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
const topNames = [...new Set(rows.map(({ folder }) => folder.split('/')[0]))].join('|');

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
    // The types of a schema may be spoken of elsewhere; schemas of --json have a rule of their own. One file asks a schema what it knows.
    {
      name: 'schemas-are-made-in-schema-files',
      severity: 'error',
      from: { path: '^src/(?!cli/schemas/)', pathNot: ['\\.schema\\.ts$', '^src/config/yaml/schema-place\\.ts$'] },
      to: { path: npm('zod'), dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'every-folder-has-a-row',
      severity: 'error',
      from: { path: `^src/(?!(${topNames})/)` },
      to: {},
    },
    {
      name: 'ubos-loads-adapters-lazily',
      severity: 'error',
      from: { path: '^src/cli/' },
      to: { path: '^src/(adapters|health)/', pathNot: digest, dependencyTypesNot: ['type-only', 'dynamic-import'] },
    },
    {
      name: 'loggers-are-made-in-their-adapter',
      severity: 'error',
      from: { path: '^src/(?!adapters/log/)' },
      to: { path: npm('pino'), dependencyTypesNot: ['type-only'] },
    },
    // What a role loads is what its side may know: hands never hold a line of the trail, the brain never starts anything.
    {
      name: 'wiring-of-hands-knows-no-trail',
      severity: 'error',
      from: { path: '^src/worker/wiring/hands' },
      to: { path: ['^src/adapters/(audit|model|notify|oracles|playbooks)/', '^src/activities/(brain|books|mind)/'] },
    },
    {
      name: 'wiring-of-the-brain-starts-nothing',
      severity: 'error',
      from: { path: '^src/worker/wiring/(brain|books|mind)' },
      to: {
        path: ['^src/adapters/(egress|ledger|sandbox/(run|tiers|upkeep|preview|workspace))/', '^src/activities/hands/'],
        // Bookkeeping compares what the ledger says.
        pathNot: '^src/adapters/ledger/read/',
      },
    },
    {
      // What is run prints by the types of the shapes; the shapes themselves are for tests and for schemas/.
      name: 'no-command-loads-zod',
      severity: 'error',
      from: { path: '^src/cli/', pathNot: '^src/cli/schemas/(shipped|[^/]+\\.schema)\\.ts$' },
      to: { path: ['^src/cli/schemas/(shipped|[^/]+\\.schema)\\.ts$', ...npm('zod')], dependencyTypesNot: ['type-only'] },
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
