import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { homeFolder } from './home.mjs';
import { rootPath } from './prepare.mjs';

export const ubosFile = join(rootPath, 'dist', 'cli', 'main.js');

/** One word of a shell, whatever is in a path. */
const word = (text) => (/^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

/** How people call it from any folder: a worker tells them so. */
export const calledAnywhere = `${process.env.JANUS_HOME ? `JANUS_HOME=${word(homeFolder())} ` : ''}${word(join(rootPath, 'ubos'))}`;

/** How a person calls it from here: in another terminal nobody has set JANUS_HOME. */
export const called = `${process.env.JANUS_HOME ? `JANUS_HOME=${process.env.JANUS_HOME} ` : ''}./ubos`;

/** Rewrites hints, which say `ubos VERB` in the source, into what can be typed in the clone. */
export const here = (text) => text.replaceAll(/(?<![\w./-])ubos(?= [a-z])/g, () => called);

/** Ended by `signal`, when it is aborted. Runs `ubos ... --json` and returns its exit code, its object, and its words. The demo uses what a person would use. */
export function ubos(args, { env, signal }) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [ubosFile, ...args, '--json'], { cwd: rootPath, env, signal, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stderr.on('data', (chunk) => (stderr += chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      const lines = stdout.trim().split('\n');
      let value;
      try {
        value = JSON.parse(lines.at(-1) ?? '');
      } catch {
        value = undefined;
      }
      resolve({ code, value, stdout, stderr });
    });
  });
}

/** Runs `ubos` for people, on this terminal. */
export function ubosHere(args, { env }) {
  return new Promise((resolve) => {
    spawn(process.execPath, [ubosFile, ...args], { cwd: rootPath, env, stdio: ['ignore', 'inherit', 'inherit'] }).once('close', resolve);
  });
}
