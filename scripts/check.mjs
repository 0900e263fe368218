import { checkNode, installPackages, rootPath } from './lib/prepare.mjs';
import { isEnding, run } from './lib/run.mjs';
import { main, say } from './lib/say.mjs';

/** Each finds what the others cannot; all run, even when one fails. */
const checks = [
  { name: 'types', args: ['typescript/bin/tsc', '--noEmit', '--incremental', '--tsBuildInfoFile', 'node_modules/.cache/tsc.tsbuildinfo'] },
  { name: 'lint', args: ['oxlint/bin/oxlint', '--type-aware', '--deny-warnings'] },
  { name: 'format', args: ['prettier/bin/prettier.cjs', '--check', '--cache', '--cache-strategy', 'content', '--log-level', 'warn', '.'] },
  { name: 'imports', args: ['dependency-cruiser/bin/dependency-cruise.mjs', 'src', '--config', '.dependency-cruiser.cjs'] },
  {
    name: 'run-time imports',
    args: ['dependency-cruiser/bin/dependency-cruise.mjs', 'src', '--config', '.dependency-cruiser.runtime.cjs'],
  },
  { name: 'unused', args: ['knip/bin/knip.js', '--no-progress'] },
  // Once more without the tests: what only they use is dead.
  {
    name: 'unused by what ships',
    args: ['knip/bin/knip.js', '--no-progress', '--config', 'knip.shipped.json', '--include', 'files,exports,types'],
  },
  { name: 'sizes', args: ['../scripts/sizes.mjs'] },
  { name: 'specification', args: ['../scripts/specification.mjs', '--check'] },
  { name: 'verbs', args: ['../scripts/verbs.mjs'] },
  { name: 'docs', args: ['../scripts/docs.mjs', '--check'] },
];

await main(async () => {
  checkNode();
  await installPackages();
  let failed = 0;
  for (const { name, args } of checks) {
    const start = Date.now();
    const [script, ...flags] = args;
    const problem = await run(process.execPath, [`node_modules/${script}`, ...flags], { cwd: rootPath }).then(
      () => undefined,
      (error) => error.message,
    );
    if (isEnding()) return;
    say(`${problem === undefined ? '✓' : '✗'} ${name} (${((Date.now() - start) / 1_000).toFixed(1)} s)`);
    if (problem !== undefined) {
      failed += 1;
      say(problem);
    }
  }
  process.stdout.write(`checks: ${checks.length - failed} passed, ${failed} failed\n`);
  if (failed > 0) process.exitCode = 1;
});
