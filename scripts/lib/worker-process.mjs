import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { rootPath } from './prepare.mjs';
import { isEnding, startChild } from './run.mjs';
import { say, Stop } from './say.mjs';

/**
 * How a guard is started, as its unit says it too: while a stop stands it reads much of /proc fifty times a second, and V8 and malloc would keep
 * ten megabytes for what that leaves.
 */
export const guardStart = {
  args: ['--role', 'guard'],
  nodeArgs: ['--max-semi-space-size=1', '--max-old-space-size=32'],
  environment: { MALLOC_ARENA_MAX: '1' },
};

/** Starts a worker; `ready` resolves with what it said when it polls, and rejects with its words when it ended before that. */
export function startWorker({
  env,
  script = join(rootPath, 'dist', 'worker', 'main.js'),
  args = ['--role', 'all'],
  nodeArgs = [],
  environment = {},
}) {
  const child = startChild(process.execPath, [...nodeArgs, script, ...args], {
    env: { ...env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
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

/** From the first restart to a worker that dies at once, again and again. */
const [restartMilliseconds, restartMillisecondsMax] = [1_000, 30_000];

/** A worker kills what it runs and drains within 20 s (`shutdownForceTime`); one that hangs is not waited for. */
const stopMilliseconds = 30_000;

/** Asks a process to end, and does not take no for an answer. `closed` resolves when it is gone. */
export async function endProcess(child, closed, { signal = 'SIGTERM', milliseconds = stopMilliseconds } = {}) {
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), milliseconds);
  await closed;
  clearTimeout(timer);
}

/** Keeps one worker running: a new one as soon as it dies, until `stop`, unless it said that it is not to be started again. `onStart` hears of each process. */
export function superviseWorker({ onStart, stopWithin, ...options }) {
  let stopping = false;
  let pause = restartMilliseconds;
  let current = startWorker(options);
  onStart(current.child);
  const waiting = [];
  // What the newest that polled said: `watchdog.restart_on_failure`.
  let isRestarted = true;
  const heed = ({ restart_on_failure: restart = true }) => (isRestarted = restart);
  current.ready.then(heed, () => undefined);
  const keepAlive = async () => {
    while (!stopping) {
      await current.closed;
      await new Promise((resolve) => setTimeout(resolve, stopping ? 0 : pause));
      if (stopping || isEnding()) return;
      if (!isRestarted && waiting.length === 0) {
        say('✗ a worker ended, and stays down: agent.yaml says restart_on_failure: false\n  → Ctrl-C, then npm start');
        return;
      }
      pause = Math.min(2 * pause, restartMillisecondsMax);
      current = startWorker(options);
      onStart(current.child);
      current.ready.then(
        (said) => {
          heed(said);
          return (pause = restartMilliseconds);
        },
        (error) => stopping || say(`✗ ${error.message}`),
      );
      for (const notify of waiting.splice(0)) notify(current.ready);
    }
  };
  const left = keepAlive();
  return {
    /** Resolves when nobody starts it again. */
    left,
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
      await endProcess(current.child, current.closed, { milliseconds: stopWithin });
    },
  };
}
