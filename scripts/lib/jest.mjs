import { spawn } from 'node:child_process';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { startTicks } from './leftovers.mjs';
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

/** Everybody's mark who has one: pid, command line, and the mark. */
function markedProcesses(name) {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      const mark = /^\d+$/.test(pid) && new RegExp(`(?:^|\0)${name}=([^\0]*)`).exec(readFileSync(`/proc/${pid}/environ`, 'utf8'))?.[1];
      return mark ? [{ pid: Number(pid), mark, line: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() }] : [];
    } catch {
      return [];
    }
  });
}

/** Whose run it is, so that a later one knows whether it is over: which process, since when, among those that have these pids. */
const runName = (pid) => `${readlinkSync('/proc/self/ns/pid')}-${pid}-${startTicks(pid)}`;

/** True where the process that the mark names is gone; of other pid namespaces nobody here can tell. */
function isOver(mark) {
  const [, pid] = /^pid:\[\d+\]-(\d+)-\d+$/.exec(mark) ?? [];
  return pid !== undefined && mark.startsWith(`${readlinkSync('/proc/self/ns/pid')}-`) && mark !== runName(pid);
}

function kill({ pid }) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone meanwhile.
  }
}

/** Time for what is ending already. */
const patienceMilliseconds = 3_000;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Kills servers and workers that tests have left behind, and what they start meanwhile; says what they were. */
export async function endMarked(name, isLeft, milliseconds = patienceMilliseconds) {
  const found = () => markedProcesses(name).filter(({ pid, mark }) => pid !== process.pid && isLeft(mark));
  for (const end = Date.now() + milliseconds; Date.now() < end && found().length > 0;) await pause(50);
  const said = new Map();
  for (let left = found(); left.length > 0; left = found()) {
    for (const each of left) {
      said.set(each.pid, `${each.pid} ${each.line}`);
      kill(each);
    }
    await pause(20);
  }
  return [...said.values()];
}

/** Ends what a run that was itself killed could not end: nobody else would. */
export const endDeadRuns = (name = markName) => endMarked(name, isOver, 0);

/** Makes ready what tests need, then runs jest; resolves with its exit code. `env` holds what the tests are told besides. */
export async function runJest(args, env = {}) {
  await prepare();
  const cli = await findTemporal(root, 'temporal');
  const server = await findTemporal(root, 'temporal-test-server');
  say(`temporal: ${cli.source} · time-skipping server: ${server.source}`);
  for (const each of await endDeadRuns()) say(`ended what a run of the tests that was killed has left behind: ${each}`);
  const mark = runName(process.pid);
  const code = await new Promise((resolve) => {
    const child = spawn(process.execPath, [join(rootPath, 'node_modules/jest/bin/jest.js'), ...args], {
      cwd: rootPath,
      env: { ...testEnvironment(cli.path, server.path, env), [markName]: mark },
      stdio: 'inherit',
    });
    // However often: whoever loses patience must not leave servers behind.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    child.once('close', (ended, signal) => resolve(ended ?? (signal === 'SIGINT' ? 130 : 1)));
  });
  const left = await endMarked(markName, (found) => found === mark);
  for (const each of left) say(`✗ the tests left a process behind, killed now: ${each}`);
  return left.length > 0 && code === 0 ? 1 : code;
}
