import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { dist } from '../lib/dist.mjs';
import { defaultSettings } from '../controls/settings.mjs';

/** Runs real jobs, as many at once as one of the controllers allows. Arguments: address, task queue, controller, its limit, how many jobs come. */
const [address, taskQueue, controller, limit, count] = process.argv.slice(2);

const programs = {
  // A fixed amount of work, not of time.
  cpu: ['/bin/sh', ['-c', 'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done']],
  io: ['/bin/sleep', ['1']],
};

let started = 0;
let running = 0;
const activities = {
  job: ({ kind }) =>
    new Promise((resolve, reject) => {
      started += 1;
      running += 1;
      const [program, args] = programs[kind];
      const child = spawn(program, args, { stdio: 'ignore' });
      child.once('error', reject);
      child.once('close', () => {
        running -= 1;
        resolve(running);
      });
    }),
};

/** Total of one line of a file of /proc/pressure, in seconds. */
const stallOf = (name) => Number(/^some .*total=(\d+)/m.exec(readFileSync(`/proc/pressure/${name}`, 'utf8'))?.[1]) / 1e6;
const kilobytes = (text, name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]) / 1_024;

function look() {
  const [user, nice, system, idle, wait, ...rest] = readFileSync('/proc/stat', 'utf8').split('\n')[0].split(/\s+/).slice(1).map(Number);
  const busy = user + nice + system + rest.slice(0, 3).reduce((sum, value) => sum + value, 0);
  return { at: performance.now(), stall: stallOf('cpu'), memoryStall: stallOf('memory'), busy, all: busy + idle + wait };
}

/** The step with the host's own readings; the valve is off: what others do to this machine is not what is measured. */
async function governed(apply) {
  const { stepControls, initialControls } = await dist('domain/controls/step.js');
  const settings = { ...defaultSettings(Number(limit)), relief: { ...defaultSettings(1).relief, enabled: false } };
  const cores = cpus().length;
  let state = initialControls(settings, cores);
  let before = look();
  setInterval(() => {
    const now = look();
    const seconds = (now.at - before.at) / 1_000;
    const memory = readFileSync('/proc/meminfo', 'utf8');
    const step = stepControls(settings, state, {
      at: now.at,
      cores,
      memory: { totalMb: kilobytes(memory, 'MemTotal'), availableMb: kilobytes(memory, 'MemAvailable') },
      pressure: { cpu: (now.stall - before.stall) / seconds, memory: (now.memoryStall - before.memoryStall) / seconds },
      cpu: (now.busy - before.busy) / Math.max(1, now.all - before.all),
      backlog: Number(count) - started,
      work: { running, reservedMb: 0 },
    });
    before = now;
    state = step.state;
    apply(step.orders.concurrency);
  }, settings.tickSeconds * 1_000);
}

/** A slot for each action that the limit allows. */
function supplyOf() {
  let [allowed, issued] = [1, 0];
  const waiting = [];
  const admit = () => {
    while (issued < allowed && waiting.length > 0) {
      issued += 1;
      waiting.shift()({});
    }
  };
  return {
    allow: (value) => {
      allowed = value;
      admit();
    },
    supplier: {
      type: 'custom',
      reserveSlot: (_, signal) =>
        new Promise((resolve, reject) => {
          waiting.push(resolve);
          signal.addEventListener('abort', () => {
            const place = waiting.indexOf(resolve);
            if (place >= 0) waiting.splice(place, 1);
            reject(signal.reason);
          });
          admit();
        }),
      tryReserveSlot: () => null,
      markSlotUsed: () => undefined,
      releaseSlot: () => {
        issued -= 1;
        admit();
      },
    },
  };
}

const others = { type: 'fixed-size', numSlots: 4 };
async function slots() {
  if (controller === 'fixed') return { maxConcurrentActivityTaskExecutions: Number(limit) };
  if (controller === 'tuner') return { tuner: { tunerOptions: { targetMemoryUsage: 0.8, targetCpuUsage: 0.9 } } };
  const { supplier, allow } = supplyOf();
  await governed(allow);
  const tuner = {
    activityTaskSlotSupplier: supplier,
    workflowTaskSlotSupplier: others,
    localActivityTaskSlotSupplier: others,
    nexusTaskSlotSupplier: others,
  };
  return { tuner, activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 1 } };
}

const silent = { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error: (message) => process.stderr.write(`${message}\n`) };
Runtime.install({ logger: silent, shutdownSignals: [] });
const connection = await NativeConnection.connect({ address });
const worker = await Worker.create({ connection, taskQueue, activities, shutdownGraceTime: '1 second', ...(await slots()) });
process.once('SIGTERM', () => worker.shutdown());
const run = worker.run();
process.stdout.write('{"ready":true}\n');
await run;
await connection.close();
process.exit();
