const packages = [
  'zod',
  'yaml',
  'pino',
  'execa',
  'commander',
  'fs-native-extensions',
  ...['common', 'workflow', 'client', 'worker', 'activity', 'envconfig'].map((name) => `@temporalio/${name}`),
];
const stub = (name: string) => ({
  [`node_modules/${name}/package.json`]: JSON.stringify({ name, version: '1.0.0', main: 'index.js' }),
  [`node_modules/${name}/index.js`]: 'module.exports = {};',
});
export const adapters = [
  'audit',
  'backup',
  'cockpit',
  'controls',
  'egress',
  'files',
  'host',
  'ledger',
  'log',
  'model',
  'notify',
  'oracles',
  'outbound',
  'permit',
  'playbooks',
  'policies',
  'sandbox',
  'signatures',
  'systemd',
  'tickets',
];

/** One adapter that each side may know. */
const sides = { brain: 'audit', hands: 'sandbox', mind: 'model' };

/** A tiny source tree in which every import is allowed, also those that are nearly forbidden. */
export const sound: Record<string, string> = {
  'package.json': JSON.stringify({
    name: 'tiny',
    type: 'module',
    dependencies: Object.fromEntries(packages.map((name) => [name, '1.0.0'])),
    devDependencies: { jest: '1.0.0' },
  }),
  ...Object.assign({}, ...packages.map(stub), stub('jest')),
  'test/t.ts': 'export const t = 1;',
  'src/domain/d.ts': "import type { S } from './s.schema.js';\nexport const d = (s: S) => s;",
  'src/domain/s.schema.ts': "import { z } from 'zod';\nexport type S = string;\nexport const s = z;",
  'src/contract/c.ts': "import { d } from '../domain/d.js';\nimport { x } from '@temporalio/common';\nexport const c = [d, x];",
  'src/workflows/w.ts':
    "import { c } from '../contract/c.js';\nimport type { S } from '../domain/s.schema.js';\nimport { x } from '@temporalio/workflow';\nexport const w = (s: S) => [c, x, s];",
  'src/config/f.ts':
    "import { readFileSync } from 'node:fs';\nimport { y } from 'yaml';\nimport { h } from '../adapters/files/sha256.js';\nimport { s } from '../domain/s.schema.js';\nexport const f = [h, readFileSync, y, s];",
  ...Object.fromEntries(
    adapters.map((name) => [
      `src/adapters/${name}/a.ts`,
      "import { readFileSync } from 'node:fs';\nimport { d } from '../../domain/d.js';\nexport const a = [readFileSync, d];\nexport type A = string;",
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(sides).map(([side, adapter]) => [
      `src/activities/${side}/v.ts`,
      `import type { A } from '../../adapters/${adapter}/a.js';\nimport { c } from '../../contract/c.js';\nimport { x } from '@temporalio/activity';\nexport const v = (a: A) => [a, c, x];`,
    ]),
  ),
  'src/activities/shared/s.ts': "import { c } from '../../contract/c.js';\nexport const s = c;",
  'src/adapters/files/sha256.ts': "import { hash } from 'node:crypto';\nexport const h = hash;",
  'src/client/l.ts':
    "import { h } from '../adapters/files/sha256.js';\nimport { f } from '../config/f.js';\nimport { x } from '@temporalio/client';\nexport const l = [f, h, x];",
  'src/health/r.ts':
    "import { a } from '../adapters/audit/a.js';\nimport { f } from '../config/f.js';\nimport { d } from '../domain/d.js';\nexport const r = [a, f, d];",
  'src/worker/wiring/hands.ts':
    "import { a } from '../../adapters/ledger/a.js';\nimport { v } from '../../activities/hands/v.js';\nexport const h = [a, v];",
  'src/worker/wiring/brain.ts':
    "import { a } from '../../adapters/audit/a.js';\nimport { v } from '../../activities/brain/v.js';\nexport const b = [a, v];",
  'src/worker/roles/hands.ts': "export { h } from '../wiring/hands.js';",
  'src/worker/roles/brain.ts': "export { b } from '../wiring/brain.js';",
  'src/worker/main.ts':
    "import { v } from '../activities/brain/v.js';\nimport { l } from '../client/l.js';\nimport { r } from '../health/r.js';\nimport { w } from '../workflows/w.js';\nimport { x } from '@temporalio/worker';\nconsole.log(v, l, r, w, x);",
  'src/cli/k.ts':
    "import { l } from '../client/l.js';\nimport { h } from '../adapters/files/sha256.js';\nimport type { A } from '../adapters/audit/a.js';\nimport type { S } from './schemas/s.schema.js';\nimport { x } from 'commander';\nexport const k = async (a: A, s: S) => [l, a, h, x, s, await import('../adapters/sandbox/a.js')];",
  'src/cli/schemas/s.schema.ts': "import { z } from 'zod';\nexport type S = string;\nexport const s = z;",
};
