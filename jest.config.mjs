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
  testTimeout: 180_000,
  maxWorkers: 2,
};
