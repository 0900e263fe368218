import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ensureHome } from '../../scripts/lib/home.mjs';
import { guardStart, startWorker } from '../../scripts/lib/worker-process.mjs';
import { dist } from '../lib/dist.mjs';
import { endProcess } from '../lib/ground.mjs';
import { cpuOf, residentMb, sleep } from '../lib/host.mjs';
import { quantile, rounded } from '../lib/statistics.mjs';

const workerFile = fileURLToPath(new URL('../workers/halted-worker.mjs', import.meta.url));
const name = 'janus-bench-hides';
/** Four of each sandbox: in a session of its own, forked twice, deaf, and the command itself. */
const perSandbox = 4;
const hides = `trap "" TERM INT HUP
  (setsid bash -c 'trap "" TERM; exec -a ${name} sleep 600' &)
  (setsid bash -c '(exec -a ${name} sleep 600) &' &)
  nohup bash -c 'exec -a ${name} sleep 600' >/dev/null 2>&1 &
  exec -a ${name} sleep 600`;

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

const isNamed = (pid) => read(`/proc/${pid}/cmdline`).split('\0')[0] === name;
const pidsAlive = () => readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && isNamed(pid));
/** A zombie has no name any more. */
const allDead = (pids) => pids.every((pid) => !isNamed(pid));

/** A worker that ends before it is told to has failed, and with it the measurement. */
function openWorker(ground, workspaces, controls) {
  const child = ground.adopt(
    spawn(process.execPath, [workerFile, workspaces, controls], { stdio: ['pipe', 'pipe', 'inherit'] }),
    'SIGKILL',
  );
  const ended = [];
  let tellDone;
  const done = new Promise((resolve) => (tellDone = resolve));
  createInterface({ input: child.stdout }).on('line', (line) => {
    const said = JSON.parse(line);
    if (said.done) tellDone();
    else ended.push(said.ended);
  });
  const failed = new Promise((_, reject) =>
    child.once('close', (code, signal) => reject(new Error(`${basename(workerFile)} ended with ${signal ?? code}`))),
  );
  failed.catch(() => undefined);
  return {
    child,
    ended,
    failed,
    done: Promise.race([done, failed]),
    run: (what) => child.stdin.write(`${JSON.stringify(what)}\n`),
    end: () => endProcess(child, 'SIGKILL'),
  };
}

async function allAlive({ ended }, count) {
  for (;;) {
    const pids = pidsAlive();
    if (pids.length === count) return pids;
    // What ended before anybody stopped it leaves one too few for ever.
    if (ended.length > 0) throw new Error(`a sandbox ended by itself: ${ended[0].reason}`);
    await sleep(5);
  }
}

/** All that runs, from the moment that the file is there until the last process is dead. */
async function haltOnce({ files, open, sandboxes, isStopped }) {
  const worker = open();
  try {
    worker.run({ script: hides, count: sandboxes, atOnce: sandboxes });
    const pids = await Promise.race([allAlive(worker, sandboxes * perSandbox), worker.failed]);
    if (isStopped) process.kill(worker.child.pid, 'SIGSTOP');
    writeFileSync(files.file, '');
    const start = performance.now();
    while (!allDead(pids)) await sleep(1);
    const milliseconds = performance.now() - start;
    if (isStopped) process.kill(worker.child.pid, 'SIGCONT');
    await worker.done;
    return milliseconds;
  } finally {
    await worker.end();
  }
}

/** Starts that had passed their own look, while a stop stands: how long each lived. */
async function race({ files, open, starts, atOnce }) {
  writeFileSync(files.file, '');
  const worker = open();
  try {
    worker.run({ script: hides, count: starts, atOnce });
    await worker.done;
    return worker.ended.map(({ milliseconds }) => milliseconds);
  } finally {
    await worker.end();
  }
}

/** What an emergency stop takes to end what runs, by the guard alone: workers here look for nothing themselves. */
export async function measureHalt(ground, { trials, sandboxes, starts, seconds }) {
  const { clearStop, noticeStop, stopFilesOf } = await dist('adapters/controls/stop-mark.js');
  const home = join(ground.folder, 'halt');
  ensureHome(home);
  const workspaces = join(home, 'workspaces');
  mkdirSync(workspaces, { recursive: true, mode: 0o711 });
  chmodSync(workspaces, 0o711);
  const controls = join(home, 'controls');
  const files = stopFilesOf({ emergencyStop: join(home, 'EMERGENCY_STOP'), controls });
  const open = () => openWorker(ground, workspaces, controls);
  const lift = async () => clearStop(files, (await noticeStop(files, { by: 'bench', reason: '' })).id);
  const guard = startWorker({ ...guardStart, env: { ...process.env, JANUS_HOME: home } });
  ground.adopt(guard.child);
  try {
    await guard.ready;
    await sleep(2_000);
    const before = cpuOf(guard.child.pid).own;
    await sleep(seconds * 1_000);
    const idle = (100 * (cpuOf(guard.child.pid).own - before)) / (seconds * 1_000);
    const halts = { running: [], stopped: [] };
    for (let trial = 0; trial < trials; trial += 1) {
      const how = trial % 2 === 0 ? 'running' : 'stopped';
      halts[how].push(await haltOnce({ files, open, sandboxes, isStopped: how === 'stopped' }));
      await lift();
    }
    const lives = await race({ files, open, starts, atOnce: 8 });
    await lift();
    const all = [...halts.running, ...halts.stopped];
    return {
      halt: {
        sandboxes,
        processes: sandboxes * perSandbox,
        trials,
        all_dead_ms: { p50: rounded(quantile(all, 0.5)), p99: rounded(quantile(all, 0.99)), max: rounded(Math.max(...all)) },
        worker_stopped_ms: { p50: rounded(quantile(halts.stopped, 0.5)), p99: rounded(quantile(halts.stopped, 0.99)) },
        late_starts: lives.length,
        late_start_lived_ms: { p99: rounded(quantile(lives, 0.99)), max: rounded(Math.max(...lives)) },
        guard_cpu_percent: rounded(idle),
        guard_rss_mb: rounded(residentMb(guard.child.pid)),
      },
    };
  } finally {
    await endProcess(guard.child, 'SIGTERM');
  }
}
