import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { prepare, root, rootPath } from './prepare.mjs';
import { say } from './say.mjs';
import { findTemporal } from './temporal-binaries.mjs';

const markName = 'JANUS_TEST_RUN';

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

/** Who was started with this mark, and by whom else who was: pid and command line. */
function processesMarked(mark) {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      if (!/^\d+$/.test(pid) || !readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(mark)) return [];
      return [{ pid: Number(pid), line: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() }];
    } catch {
      return [];
    }
  });
}

/** Time for what is ending already. */
const patienceMilliseconds = 3_000;

/** Kills servers and workers that tests have left behind, and says what they were. */
export async function endMarked(mark, milliseconds = patienceMilliseconds) {
  for (const end = Date.now() + milliseconds; Date.now() < end && processesMarked(mark).length > 0;)
    await new Promise((resolve) => setTimeout(resolve, 50));
  const left = processesMarked(mark);
  for (const { pid } of left) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Gone meanwhile.
    }
  }
  return left.map(({ pid, line }) => `${pid} ${line}`);
}

/** Makes ready what tests need, then runs jest; resolves with its exit code. `env` holds what the tests are told besides. */
export async function runJest(args, env = {}) {
  await prepare();
  const cli = await findTemporal(root, 'temporal');
  const server = await findTemporal(root, 'temporal-test-server');
  say(`temporal: ${cli.source} · time-skipping server: ${server.source}`);
  const mark = randomUUID();
  const code = await new Promise((resolve) => {
    const child = spawn(process.execPath, [join(rootPath, 'node_modules/jest/bin/jest.js'), ...args], {
      cwd: rootPath,
      env: { ...testEnvironment(cli.path, server.path, env), [markName]: mark },
      stdio: 'inherit',
    });
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => child.kill(signal));
    child.once('close', (ended, signal) => resolve(ended ?? (signal === 'SIGINT' ? 130 : 1)));
  });
  const left = await endMarked(`${markName}=${mark}`);
  for (const each of left) say(`✗ the tests left a process behind, killed now: ${each}`);
  return left.length > 0 && code === 0 ? 1 : code;
}
