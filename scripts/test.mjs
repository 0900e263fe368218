import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runJest } from './lib/jest.mjs';
import { rootPath } from './lib/prepare.mjs';
import { main, Stop } from './lib/say.mjs';
import { ensureProgram } from './lib/system-packages.mjs';

/** `long`: more than a minute by itself; `model`: a real model server. `.ci/run` calls them, `npm test` does not. */
const special = ['workflow', 'replay', 'security', 'e2e', 'long', 'model'];
/** More than some ten seconds each. `npm test` leaves them out where nobody names what is to be run, and `.ci/run` calls them. */
const slow = '\\.slow\\.test\\.ts$';
const withoutSlow = `--testPathIgnorePatterns=${slow}`;
const without = (...folders) => folders.map((name) => `--testPathIgnorePatterns=<rootDir>/test/${name}/`);
const suites = {
  unit: without(...special),
  // Less than a minute: no server, and not the suites that run real sandboxes for a quarter of the time.
  fast: [...without(...special, 'adapters/sandbox'), withoutSlow],
  // Before the flags: jest would take it for one more folder to leave out.
  slow: [slow, ...without('long', 'model')],
  ...Object.fromEntries(special.map((name) => [name, [`test/${name}/`]])),
};

/** How many walks the property tests take, and from which seed: the only settings of the caller's that reach the tests. */
const settings = Object.fromEntries(
  ['JANUS_TEST_RUNS', 'JANUS_TEST_SEED', 'JANUS_TEST_SEEDS'].flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
);

/** Without them a test is skipped with loud words; in CI nothing may be skipped. */
const testPrograms = [
  'shellcheck',
  'zsh',
  'fish',
  'ip',
  'gcc',
  'python3',
  'fakeroot',
  'jq',
  'logrotate',
  'openssl',
  'promtool',
  'restic',
  'sshd',
  'setfacl',
  'sqlite3',
  'tmux',
];

await main(async () => {
  const [suite, ...rest] = process.argv.slice(2);
  const isSuite = suite !== undefined && suite in suites;
  if (suite !== undefined && !isSuite && !suite.startsWith('-'))
    throw new Stop(`there is no suite ${suite}`, { next: `npm run test:${Object.keys(suites).join('|')}`, code: 2 });
  if (!existsSync(join(rootPath, 'test'))) throw new Stop('there are no tests');
  if (process.env.CI) for (const program of testPrograms) await ensureProgram(program);
  const given = process.argv.slice(2);
  const isNamed = given.some((each) => !each.startsWith('-'));
  const leftOut = given.some((each) => /test\/(?:long|model)\//.test(each)) ? [] : without('long', 'model');
  const asked = [...leftOut, ...(isNamed ? [] : [withoutSlow]), ...given];
  process.exitCode = await runJest(isSuite ? [...suites[suite], ...rest] : asked, settings);
});
