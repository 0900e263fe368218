import { cpus } from 'node:os';
import { openGround, openServer } from './lib/ground.mjs';
import { buildOther } from './lib/other-tree.mjs';
import { columns } from './lib/table.mjs';
import { abRows, measureAb } from './sections/ab.mjs';
import { measureAudit } from './sections/audit.mjs';
import { measureCli } from './sections/cli.mjs';
import { measureControls } from './sections/controls.mjs';
import { measureIdle } from './sections/idle.mjs';
import { measureLatency } from './sections/latency.mjs';
import { measureModel } from './sections/model.mjs';
import { measureSandbox } from './sections/sandbox.mjs';
import { measureThroughput } from './sections/throughput.mjs';
import { measureWaiting } from './sections/waiting.mjs';

/** At most so many in flight: enough for two cores, and fewer than a worker keeps in its cache. */
const width = 16;

/** In this order; those of the server run on disk and again, smaller, in memory. */
const sections = {
  // First, and after a while: a worker that has just been busy is not idle yet, and V8 goes over the heap once more when a process has settled.
  idle: { run: measureIdle, full: { settleSeconds: 90, seconds: 180, firings: 4 }, quick: { settleSeconds: 3, seconds: 3, firings: 1 } },
  throughput: {
    run: measureThroughput,
    perServer: true,
    full: { rounds: 4, count: 80, width, secondsMax: 60 },
    quick: { rounds: 1, count: 20, width, secondsMax: 10 },
  },
  latency: {
    run: measureLatency,
    perServer: true,
    full: { samples: 100, batch: 35, secondsMax: 45 },
    quick: { samples: 10, batch: 15, secondsMax: 10 },
  },
  sandbox: { run: measureSandbox, full: { pairs: 50, rounds: 9, each: 40 }, quick: { pairs: 10, rounds: 2, each: 16 } },
  cli: { run: measureCli, full: { rounds: 15 }, quick: { rounds: 3 } },
  audit: { run: measureAudit, full: { rounds: 5, appends: 300, entries: 200_000 }, quick: { rounds: 1, appends: 100, entries: 20_000 } },
  controls: {
    run: measureControls,
    full: {
      hosts: 20,
      rounds: 2,
      jobs: 50,
      ticks: { actions: 16, seconds: 60 },
      halt: { trials: 100, sandboxes: 50, starts: 1_000, seconds: 20 },
    },
    quick: { hosts: 5, rounds: 0, jobs: 0, ticks: { actions: 4, seconds: 5 }, halt: { trials: 2, sandboxes: 10, starts: 10, seconds: 3 } },
  },
  waiting: {
    run: measureWaiting,
    full: { proposals: 1_000, secondsMax: 60, rounds: 6 },
    quick: { proposals: 50, secondsMax: 5, rounds: 3 },
  },
  // Needs weights and llama.cpp, and no server: only where it is asked for.
  model: { run: (_, scale) => measureModel(scale), apart: true, full: { answers: 20 }, quick: { answers: 3 } },
};

export const sectionNames = Object.keys(sections);

function scaleOf(name, { quick, waiting }, storage) {
  const scale = { ...sections[name][quick ? 'quick' : 'full'] };
  if (name === 'waiting' && waiting !== undefined) Object.assign(scale, { proposals: waiting, secondsMax: Math.max(60, waiting / 8) });
  // In memory nobody keeps anything: its figures only show what the disk costs.
  if (storage === 'memory' && name === 'throughput') scale.rounds = Math.min(scale.rounds, 2);
  if (storage === 'memory' && name === 'latency') scale.samples = Math.min(scale.samples, 50);
  return scale;
}

/** Later sections add to what earlier ones found under the same name. */
function merge(report, found) {
  for (const [name, value] of Object.entries(found)) report[name] = { ...report[name], ...value };
}

async function measureOn(storage, names, { cli, options, signal, onProgress }) {
  const report = {};
  onProgress(`dev server ${storage === 'disk' ? 'on disk' : 'in memory'}, three workers`);
  const ground = await openGround({ cli, storage, concurrency: width });
  const stopped = new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
  stopped.catch(() => undefined);
  try {
    for (const name of names) {
      onProgress(`${name} (${storage})`);
      merge(report, await Promise.race([sections[name].run(ground, scaleOf(name, options, storage)), stopped]));
    }
  } finally {
    await ground.close();
  }
  return report;
}

/** What needs no server. */
async function measureApart(name, { options, signal, onProgress }) {
  onProgress(name);
  return sections[name].run(undefined, { ...scaleOf(name, options), signal });
}

/** Runs the sections and returns one report: figures on disk at the top, those in memory under `memory`. */
export async function runBench({ cli, options, signal, onProgress }) {
  const names = options.only ? [options.only] : sectionNames.filter((name) => !sections[name].apart);
  const context = { cli, options, signal, onProgress };
  const report = {
    schema: 'janus.bench/v1',
    quick: options.quick,
    machine: { node: process.versions.node, cores: cpus().length, model: cpus()[0]?.model ?? 'unknown' },
    ...(sections[names[0]].apart ? await measureApart(names[0], context) : await measureOn('disk', names, context)),
  };
  const again = names.filter((name) => sections[name].perServer);
  if (again.length > 0) report.memory = await measureOn('memory', again, context);
  return report;
}

const abScales = {
  full: { rounds: 6, count: 60, width, waits: 8 },
  quick: { rounds: 2, count: 20, width, waits: 3 },
};

/** This clone beside another commit, by turns on one server: a report, and its table. */
export async function runAb({ cli, options, signal, onProgress }) {
  onProgress(`building ${options.ab}`);
  const other = await buildOther(options.ab);
  const place = await openServer({ cli, storage: 'disk', concurrency: width });
  const stopped = new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
  stopped.catch(() => undefined);
  try {
    const scale = { ...abScales[options.quick ? 'quick' : 'full'], other };
    const found = await Promise.race([measureAb(place, scale, onProgress), stopped]);
    const report = { schema: 'janus.bench-ab/v1', quick: options.quick, ...found };
    return { report, text: columns(abRows(report)) };
  } finally {
    await place.close();
  }
}
