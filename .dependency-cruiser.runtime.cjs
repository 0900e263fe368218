/** What is left of the imports after the types are gone: what a part must not reach through anybody. */
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
    // What a role loads, through whomever: the process of the hands holds no code of the trail, that of the brain none that starts anything.
    {
      name: 'hands-load-no-trail',
      severity: 'error',
      from: { path: '^src/worker/roles/hands' },
      to: {
        reachable: true,
        path: ['^src/adapters/(audit|backup|model|notify|oracles|playbooks)/', '^src/activities/(brain|books|mind)/'],
        // Where a mode consents to a playbook, the hands see for themselves that people approved it.
        pathNot: ['^src/adapters/playbooks/(playbook-consent|read-registries)\\.ts$'],
      },
    },
    {
      name: 'the-brain-loads-nothing-that-starts',
      severity: 'error',
      from: { path: '^src/worker/roles/brain' },
      to: {
        reachable: true,
        path: [
          '^src/adapters/(backup/(make|put|restic|copy)|cockpit/send|egress/|ledger/|sandbox/(run|tiers|upkeep|preview)/)',
          '^src/activities/hands/',
        ],
        // Bookkeeping compares what the ledger says; a model or an oracle elsewhere is asked through the egress process.
        pathNot: ['^src/adapters/ledger/read/', '^src/adapters/egress/(egress-client|own-way-out|protocol)\\.ts$'],
      },
    },
    // It has to start where nothing else does, and to stay small.
    {
      name: 'the-guard-loads-little',
      severity: 'error',
      from: { path: '^src/worker/roles/guard' },
      to: { reachable: true, path: ['^src/(activities|client|config|contract|workflows)/', '^node_modules/'] },
    },
  ],
  options: { ...options, tsPreCompilationDeps: false },
};
