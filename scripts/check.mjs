import { checkNode, installPackages, rootPath } from './lib/prepare.mjs';
import { run } from './lib/run.mjs';
import { main, say } from './lib/say.mjs';

const bin = (name, ...args) => [process.execPath, [`node_modules/${name}`, ...args]];

/** Each finds what the others cannot; all run, even when one fails. */
const checks = [
  ['types', bin('typescript/bin/tsc', '--noEmit')],
  ['lint', bin('oxlint/bin/oxlint', '--type-aware', '--deny-warnings')],
  ['format', bin('prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.')],
  ['imports', bin('dependency-cruiser/bin/dependency-cruise.mjs', 'src', '--config', '.dependency-cruiser.cjs')],
  ['unused', bin('knip/bin/knip.js', '--no-progress')],
];

await main(async () => {
  checkNode();
  await installPackages();
  let failed = 0;
  for (const [name, [program, args]] of checks) {
    const start = Date.now();
    const problem = await run(program, args, { cwd: rootPath }).then(
      () => undefined,
      (error) => error.message,
    );
    say(`${problem === undefined ? '✓' : '✗'} ${name} (${((Date.now() - start) / 1_000).toFixed(1)} s)`);
    if (problem !== undefined) {
      failed += 1;
      say(problem);
    }
  }
  process.stdout.write(`checks: ${checks.length - failed} passed, ${failed} failed\n`);
  if (failed > 0) process.exitCode = 1;
});
