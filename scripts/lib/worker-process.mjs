import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { rootPath } from './prepare.mjs';
import { say, Stop } from './say.mjs';

/** Starts a worker; `ready` resolves with what it said when it polls, and rejects with its words when it ended before that. */
export function startWorker({ env, script = join(rootPath, 'dist', 'worker', 'main.js'), args = ['--role', 'all'] }) {
  const child = spawn(process.execPath, [script, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: Ctrl-C goes to whoever started it, who ends it in order.
    detached: true,
  });
  let words = '';
  child.stderr.on('data', (chunk) => (words = (words + chunk).slice(-4_000)));
  const ready = new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('{"ready":true')) resolve(JSON.parse(line));
    });
    child.once('close', (code, signal) =>
      reject(new Stop(`the worker ended with ${signal ?? code}\n${words.trim()}`, { code: code || 1 })),
    );
  });
  ready.catch(() => undefined);
  const closed = new Promise((resolve) => child.once('close', resolve));
  return { child, ready, closed };
}

const restartMilliseconds = 1_000;

/** Keeps one worker running: a new one as soon as it dies, until `stop`. `onStart` hears of each process. */
export function superviseWorker({ onStart, ...options }) {
  let stopping = false;
  let current = startWorker(options);
  onStart(current.child);
  const waiting = [];
  const keepAlive = async () => {
    while (!stopping) {
      await current.closed;
      await new Promise((resolve) => setTimeout(resolve, stopping ? 0 : restartMilliseconds));
      if (stopping) return;
      current = startWorker(options);
      onStart(current.child);
      current.ready.catch((error) => say(`✗ ${error.message}`));
      for (const notify of waiting.splice(0)) notify(current.ready);
    }
  };
  void keepAlive();
  return {
    get ready() {
      return current.ready;
    },
    /** Kills it as a power cut would, and resolves when the next one polls. */
    async killAndWait() {
      const next = new Promise((resolve) => waiting.push(resolve));
      process.kill(current.child.pid, 'SIGKILL');
      return next;
    },
    async stop() {
      stopping = true;
      current.child.kill('SIGTERM');
      await current.closed;
    },
  };
}
