import { join } from 'node:path';
import { homeFolder } from './home.mjs';
import { rootPath } from './prepare.mjs';
import { startPassing } from './run.mjs';

export const ubosFile = join(rootPath, 'dist', 'cli', 'main.js');

/** One word of a shell, whatever is in a path. */
const word = (text) => (/^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

/** How people call it from any folder: a worker tells them so. */
export const calledAnywhere = `${process.env.JANUS_HOME ? `JANUS_HOME=${word(homeFolder())} ` : ''}${word(join(rootPath, 'ubos'))}`;

/** How a person calls it from here: in another terminal nobody has set JANUS_HOME. */
export const called = `${process.env.JANUS_HOME ? `JANUS_HOME=${word(process.env.JANUS_HOME)} ` : ''}./ubos`;

/** Rewrites hints, which say `ubos VERB` in the source, into what can be typed in the clone. */
export const here = (text) => text.replaceAll(/(?<![\w./-])ubos(?= [a-z])/g, () => called);

function lastObject(text) {
  try {
    return JSON.parse(text.trim().split('\n').at(-1) ?? '');
  } catch {
    return undefined;
  }
}

/**
 * Runs `ubos ... --json`, which is what a person would use, and returns its exit code, its object, its words, and the error that it ended with:
 * `{ message, next }`. Ended by `signal`, when it is aborted.
 */
export function ubos(args, { env, signal }) {
  return new Promise((resolve, reject) => {
    const child = startPassing(process.execPath, [ubosFile, ...args, '--json'], {
      cwd: rootPath,
      env,
      signal,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stderr.on('data', (chunk) => (stderr += chunk));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, value: lastObject(stdout), stdout, stderr, error: lastObject(stderr)?.error }));
  });
}

/** Runs `ubos` for people, on this terminal. */
export function ubosHere(args, { env }) {
  return new Promise((resolve) => {
    startPassing(process.execPath, [ubosFile, ...args], { cwd: rootPath, env, stdio: ['ignore', 'inherit', 'inherit'] }).once(
      'close',
      resolve,
    );
  });
}
