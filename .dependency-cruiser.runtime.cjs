/** What is left of the imports after the types are gone: workflows must not reach node, zod or I/O through anybody (design.md section 4). */
const { options } = require('./.dependency-cruiser.cjs');

module.exports = {
  forbidden: [
    {
      name: 'workflows-reach-no-io',
      severity: 'error',
      from: { path: '^src/workflows/' },
      to: { reachable: true, path: ['^src/(adapters|activities|config|client|worker|cli)/', '^node_modules/zod/', '\\.schema\\.ts$'] },
    },
    {
      name: 'workflows-reach-no-node',
      severity: 'error',
      from: { path: '^src/(workflows|contract|domain)/' },
      to: { dependencyTypes: ['core'] },
    },
  ],
  options: { ...options, tsPreCompilationDeps: false },
};
