import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { announceIfPossible, playDemo, runDemo } from './lib/demo.mjs';
import { chooseServer, startDevServer, untilHealthy, writeProfile } from './lib/dev-server.mjs';
import { ensureHome, homeFolder } from './lib/home.mjs';
import { createProcessNotes } from './lib/leftovers.mjs';
import { createInterruption } from './lib/interruption.mjs';
import { prepare, root, rootPath } from './lib/prepare.mjs';
import { run } from './lib/run.mjs';
import { main, say, Stop } from './lib/say.mjs';
import { findTemporal } from './lib/temporal-binaries.mjs';
import { calledAnywhere, here, ubos } from './lib/ubos.mjs';
import { endProcess, superviseWorker } from './lib/worker-process.mjs';

const out = (text = '') => process.stdout.write(`${text}\n`);
const namespace = process.env.TEMPORAL_NAMESPACE || 'default';

function readOptions() {
  try {
    return parseArgs({ options: { demo: { type: 'boolean', default: false } } }).values;
  } catch (error) {
    throw new Stop(error.message.split('. ')[0], { next: 'npm start · npm start -- --demo', code: 2 });
  }
}

/** Joins a server or starts one in the state folder; says which, so that nobody wonders whose server it is. */
async function openServer(home, notes) {
  const cli = await findTemporal(root, 'temporal');
  const choice = await chooseServer(cli.path);
  if (choice.join) {
    const address = choice.address ?? 'the address of your profile';
    try {
      if (choice.address !== undefined) await untilHealthy(cli.path, choice.address, { attempts: 10 });
    } catch (error) {
      throw new Stop(`no Temporal server answers at ${address} (${choice.why})`, {
        next: 'start it, or unset TEMPORAL_ADDRESS',
        code: 69,
        cause: error,
      });
    }
    if (choice.address !== undefined) writeProfile(home, { address: choice.address, namespace });
    out(`temporal   joined ${address} (${choice.why}); it is not stopped when this ends`);
    return { close: async () => undefined };
  }
  const database = join(home, 'temporal.db');
  const { port } = choice;
  const { child, address } = await startDevServer(cli.path, { port, uiPort: port + 1_000, database });
  const closed = new Promise((resolve) => child.once('close', resolve));
  const close = () => endProcess(child, closed, { signal: 'SIGINT', milliseconds: 15_000 });
  try {
    notes.note('Temporal server', child.pid);
    writeProfile(home, { address, namespace: 'default' });
    const version = /version ([\d.]+)/.exec(await run(cli.path, ['--version']))?.[1] ?? '?';
    out(`temporal   ${version} (${cli.source}) → ${address}, data ${relative(rootPath, database) || database}`);
    if (!(process.env.PATH ?? '').split(':').includes(dirname(cli.path))) out(`           its command line: ${cli.path}`);
  } catch (error) {
    await close();
    throw error;
  }
  return { ui: `http://127.0.0.1:${port + 1_000}`, close };
}

function header() {
  const { version } = JSON.parse(readFileSync(join(rootPath, 'package.json'), 'utf8'));
  out(`janus ${version} · node ${process.versions.node}`);
}

async function inOrder(env) {
  const { value, stderr } = await ubos(['doctor'], { env });
  if (value === undefined) throw new Stop(`the examination (ubos doctor) could not look: ${stderr.trim()}`);
  const broken = value.findings.find(({ what, ok }) => what === 'sandbox' && !ok);
  if (broken !== undefined) throw new Stop(`sandbox: ${broken.detail}`, { next: broken.next, code: 69 });
  out(`sandbox    ${value.findings.find(({ what }) => what === 'sandbox').detail}`);
}

async function waiting(env) {
  const { value } = await ubos(['proposals', 'list'], { env });
  const count = value?.proposals?.filter(({ status }) => status === 'proposed').length ?? 0;
  return count === 0
    ? 'nothing waits'
    : `${count} ${count === 1 ? 'proposal still waits' : 'proposals still wait'} and will be there next time`;
}

/** Until a person or the system says stop. */
async function serve(context, { demo, signal, ui }) {
  if (demo) return runDemo(context);
  if (ui !== undefined) out(here(`web UI     ${ui}/namespaces/default/workflows   (links: ubos ui)`));
  out();
  if (process.stdin.isTTY && process.stdout.isTTY) return playDemo(context, { signal });
  const proposal = await announceIfPossible('disk-report', context);
  out(
    here(
      `${proposal === undefined ? '' : `\n  Approve it        ubos approve ${proposal.id}`}\n  See what waits    ubos proposals list\n  Stop              Ctrl-C or SIGTERM`,
    ),
  );
  // An abort signal keeps no process alive by itself.
  const keepAlive = setInterval(() => undefined, 60_000);
  // Stopped while it started: that event has been, and comes no second time.
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  clearInterval(keepAlive);
}

/** Nothing waits for long for what the worker can do without; who misses it hears what is missing. */
async function untilReady({ ready }, missing) {
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error('it is not ready yet')), 10_000).unref());
  await Promise.race([ready, late]).catch((error) => out(`${missing} (${error.message.split('\n').slice(0, 2).join(': ')})`));
}

/** Starts what is missing, and serves; `closers` gets whatever has to be stopped, as soon as it is there. */
async function open({ home, notes, interruption, demo }, closers) {
  const server = await openServer(home, notes);
  closers.push(server.close);
  const env = { ...process.env, JANUS_HOME: home, JANUS_UBOS: calledAnywhere };
  const witness = superviseWorker({
    env,
    args: ['--role', 'witness'],
    onStart: (child) => notes.note('witness', child.pid),
  });
  // Last of those that may still see a record: its last head covers what the worker wrote at its end.
  closers.push(() => witness.stop());
  const egress = superviseWorker({
    env,
    args: ['--role', 'egress'],
    onStart: (child) => notes.note('egress', child.pid),
  });
  closers.push(() => egress.stop());
  const worker = superviseWorker({ env, onStart: (child) => notes.note('worker', child.pid) });
  closers.push(() => worker.stop());
  const { signal } = interruption;
  const work = async () => {
    await untilReady(egress, 'egress     does not run: actions that want the network are refused');
    await untilReady(witness, 'witness    does not run: no heads of the audit trail are signed');
    const { vessel } = await worker.ready;
    out(`worker     polls as ${vessel} (mode alpha: nothing runs without your word)`);
    await inOrder(env);
    await serve({ env, home, worker, signal }, { demo, signal, ui: server.ui });
  };
  // The demonstration hears of a signal by this; whoever only serves ends by itself.
  await (demo ? interruption.orElse(work()) : work());
  out(`\nstopping${signal.aborted && demo ? '' : `; ${await waiting(env)}`}`);
}

await main(async () => {
  const { demo } = readOptions();
  header();
  await prepare();
  const home = homeFolder();
  ensureHome(home);
  const notes = createProcessNotes(home);
  await notes.endLeftovers();
  notes.noteSelf();
  const interruption = createInterruption();
  const closers = [];
  try {
    await open({ home, notes, interruption, demo }, closers);
  } finally {
    for (const close of closers.reverse()) await close().catch((error) => say(`✗ ${error.message}`));
    notes.forget();
  }
  // Ctrl-C is how `npm start` ends; a demonstration that is broken off has not shown what it should.
  if (demo && interruption.code !== undefined) process.exit(interruption.code);
});
