import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { prepare, root, rootPath } from './lib/prepare.mjs';
import { main, say, Stop } from './lib/say.mjs';
import { findTemporal } from './lib/temporal-binaries.mjs';

const special = ['workflow', 'replay', 'security', 'e2e'];
const suites = {
  unit: special.map((name) => `--testPathIgnorePatterns=<rootDir>/test/${name}/`),
  ...Object.fromEntries(special.map((name) => [name, [`test/${name}/`]])),
};

/** The tests' own servers only: nothing of the caller's connection reaches them. */
function testEnvironment(cli, server) {
  const clean = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_') && !name.startsWith('JANUS_')),
  );
  return {
    ...clean,
    JANUS_TEST_TEMPORAL_CLI: cli,
    JANUS_TEST_SERVER: server,
    NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules --disable-warning=ExperimentalWarning`.trim(),
  };
}

function jest(args, env) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(rootPath, 'node_modules/jest/bin/jest.js'), ...args], {
      cwd: rootPath,
      env,
      stdio: 'inherit',
    });
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => child.kill(signal));
    child.once('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
}

await main(async () => {
  const [suite, ...rest] = process.argv.slice(2);
  const isSuite = suite !== undefined && suite in suites;
  if (suite !== undefined && !isSuite && !suite.startsWith('-'))
    throw new Stop(`there is no suite ${suite}`, { next: `npm run test:${Object.keys(suites).join('|')}`, code: 2 });
  await prepare();
  const cli = await findTemporal(root, 'temporal');
  const server = await findTemporal(root, 'temporal-test-server');
  say(`temporal: ${cli.source} · time-skipping server: ${server.source}`);
  const args = isSuite ? [...suites[suite], ...rest] : process.argv.slice(2);
  if (!existsSync(join(rootPath, 'test'))) throw new Stop('there are no tests');
  process.exitCode = await jest(args, testEnvironment(cli.path, server.path));
});
