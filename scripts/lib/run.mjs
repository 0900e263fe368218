import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A program may clean up after itself for so long. */
const patienceMilliseconds = 5_000;

const running = new Map();
let ending = false;

/** Whether `endRunning` was called. */
export const isEnding = () => ending;

/**
 * Starts a program in a process group of its own: Ctrl-C goes to whoever started it, who ends it in order, and with all that it has started itself.
 * Throws once `endRunning` was called: who is about to leave starts nothing any more.
 */
export function startChild(program, args, options) {
  if (ending) throw new Error(`${program} is not started: this script is ending`);
  return spawn(program, args, { ...options, detached: true });
}

/** Signals a whole group; one that has ended already is left alone. */
export function signalGroup({ pid }, signal) {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** As `startChild`; `endRunning` ends it and waits for it. */
export function startPassing(program, args, options) {
  const child = startChild(program, args, options);
  const closed = new Promise((resolve) => {
    child.once('error', resolve);
    child.once('close', resolve);
  });
  running.set(child, closed);
  void closed.then(() => running.delete(child));
  return child;
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Ends everything that `run` and `startPassing` have started, and resolves when it is gone; what left its group and holds a pipe is not waited for. */
export async function endRunning() {
  ending = true;
  const children = [...running].filter(([{ pid }]) => pid !== undefined);
  const gone = Promise.all(children.map(([, closed]) => closed)).then(() => true);
  for (const [child] of children) signalGroup(child, 'SIGTERM');
  if (await Promise.race([gone, pause(patienceMilliseconds)])) return;
  for (const [child] of children) signalGroup(child, 'SIGKILL');
  await Promise.race([gone, pause(1_000)]);
}

/** Runs a program and collects its output; rejects with that output when it fails. */
export function run(program, args, { cwd, env = process.env } = {}) {
  return new Promise((resolve, reject) => {
    const child = startPassing(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const take = (chunk) => (output += chunk);
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.once('error', (error) => reject(new Error(`${program}: ${error.message}`)));
    child.once('close', (code, signal) => {
      if (code === 0) resolve(output);
      else
        reject(new Error(`${program} ${args.join(' ')} ended with ${signal ?? code}\n${output.trim().split('\n').slice(-25).join('\n')}`));
    });
  });
}

/** Path of a program, or undefined. */
export function which(program) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, program);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // not here
    }
  }
  return undefined;
}
