import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { prepare, root, rootPath } from './prepare.mjs';
import { say } from './say.mjs';
import { findTemporal } from './temporal-binaries.mjs';

/** The tests' own servers only: nothing of the caller's connection reaches them. */
function testEnvironment(cli, server, more) {
  const clean = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_') && !name.startsWith('JANUS_')),
  );
  return {
    ...clean,
    JANUS_TEST_TEMPORAL_CLI: cli,
    JANUS_TEST_SERVER: server,
    NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules --disable-warning=ExperimentalWarning`.trim(),
    ...more,
  };
}

/** Makes ready what tests need, then runs jest; resolves with its exit code. `env` holds what the tests are told besides. */
export async function runJest(args, env = {}) {
  await prepare();
  const cli = await findTemporal(root, 'temporal');
  const server = await findTemporal(root, 'temporal-test-server');
  say(`temporal: ${cli.source} · time-skipping server: ${server.source}`);
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(rootPath, 'node_modules/jest/bin/jest.js'), ...args], {
      cwd: rootPath,
      env: testEnvironment(cli.path, server.path, env),
      stdio: 'inherit',
    });
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => child.kill(signal));
    child.once('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
}
