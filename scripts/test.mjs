import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runJest } from './lib/jest.mjs';
import { rootPath } from './lib/prepare.mjs';
import { main, Stop } from './lib/say.mjs';
import { ensureProgram } from './lib/system-packages.mjs';

/** `long`: more than a minute by itself; `model`: a real model server. `.ci/run` calls them, `npm test` does not. */
const special = ['workflow', 'replay', 'security', 'e2e', 'long', 'model'];
const without = (...folders) => folders.map((name) => `--testPathIgnorePatterns=<rootDir>/test/${name}/`);
const suites = {
  unit: without(...special),
  // Less than a minute: no server, and not the suites that run real sandboxes for a quarter of the time.
  fast: without(...special, 'adapters/sandbox'),
  ...Object.fromEntries(special.map((name) => [name, [`test/${name}/`]])),
};

/** How many walks the property tests take, and from which seed: the only settings of the caller's that reach the tests. */
const settings = Object.fromEntries(
  ['JANUS_TEST_RUNS', 'JANUS_TEST_SEED', 'JANUS_TEST_SEEDS'].flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
);

/** Without them a test is skipped with loud words; in CI nothing may be skipped. */
const testPrograms = ['zsh', 'fish', 'ip', 'gcc', 'python3', 'fakeroot', 'jq', 'openssl', 'setfacl', 'tmux'];

await main(async () => {
  const [suite, ...rest] = process.argv.slice(2);
  const isSuite = suite !== undefined && suite in suites;
  if (suite !== undefined && !isSuite && !suite.startsWith('-'))
    throw new Stop(`there is no suite ${suite}`, { next: `npm run test:${Object.keys(suites).join('|')}`, code: 2 });
  if (!existsSync(join(rootPath, 'test'))) throw new Stop('there are no tests');
  if (process.env.CI) for (const program of testPrograms) await ensureProgram(program);
  const given = process.argv.slice(2);
  const asked = given.some((each) => /test\/(?:long|model)\//.test(each)) ? given : [...without('long', 'model'), ...given];
  process.exitCode = await runJest(isSuite ? [...suites[suite], ...rest] : asked, settings);
});
