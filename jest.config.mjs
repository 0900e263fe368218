import { availableParallelism, totalmem } from 'node:os';

/** Many suites wait for most of their time: for a quota, for a server, for a heartbeat that is late. Each may need 2 GB with what it starts. */
const workers = Math.max(2, Math.min(availableParallelism() + 1, Math.floor(totalmem() / 2 ** 31), 6));

/** Unit, workflow, replay, security and e2e tests share one configuration; `scripts/test.mjs` picks the folders. */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  // Sources import each other with the `.js` suffix that Node needs after the build.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' } }] },
  // Jest's tidying of globals walks into libraries that keep state there (signal-exit), and never comes back.
  testEnvironmentOptions: { globalsCleanup: 'off' },
  // Generous: a test that hangs ends, one on a busy machine does not.
  testTimeout: 600_000,
  maxWorkers: workers,
  // Node frees no module that ran in a vm context (nodejs/node 59118), so a worker keeps every suite that it ever ran.
  workerIdleMemoryLimit: '1GB',
  testSequencer: '<rootDir>/scripts/lib/test-order.mjs',
};
