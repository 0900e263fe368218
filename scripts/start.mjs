import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureHome, homeFolder } from './lib/home.mjs';
import { createProcessNotes } from './lib/leftovers.mjs';
import { createInterruption } from './lib/interruption.mjs';
import { prepare, root, rootPath } from './lib/prepare.mjs';
import { endRunning } from './lib/run.mjs';
import { main, out, say, Stop } from './lib/say.mjs';
import { createWaiting, followChanges } from './lib/start/changes.mjs';
import { runDemo } from './lib/start/demo.mjs';
import { preparation } from './lib/start/first-run.mjs';
import { serveModel, thinkOnce } from './lib/start/model.mjs';
import { openServer } from './lib/start/server.mjs';
import { announceIfPossible, approve, killWhileWaiting, reject } from './lib/start/steps.mjs';
import { stopWhileRunning } from './lib/start/stopping.mjs';
import { openWindow, pressedKeys } from './lib/start/window.mjs';
import { calledAnywhere, here, ubos, ubosHere } from './lib/ubos.mjs';
import { guardStart, superviseWorker } from './lib/worker-process.mjs';

function readOptions() {
  try {
    return parseArgs({ options: { demo: { type: 'boolean', default: false }, model: { type: 'boolean', default: false } } }).values;
  } catch (error) {
    throw new Stop(error.message.split('. ')[0], { next: 'npm start · npm start -- --demo · npm start -- --model', code: 2 });
  }
}

function header() {
  const { version } = JSON.parse(readFileSync(join(rootPath, 'package.json'), 'utf8'));
  out(`janus ${version} · node ${process.versions.node}`);
  const words = preparation();
  if (words !== undefined) out(`first      ${words}`);
}

async function inOrder(env) {
  const { value, stderr } = await ubos(['doctor'], { env });
  if (value === undefined) throw new Stop(`the examination (ubos doctor) could not look: ${stderr.trim()}`);
  const broken = value.findings.find(({ what, ok }) => what === 'sandbox' && !ok);
  if (broken !== undefined) throw new Stop(`sandbox: ${broken.detail}`, { next: broken.next, code: 69 });
  out(`sandbox    ${value.findings.find(({ what }) => what === 'sandbox').detail}`);
}

/** At a terminal: keys, and what is decided elsewhere. */
function serveWindow(context, { interruption, waiting }) {
  const steps = {
    announce: (name) => announceIfPossible(name, context),
    approve: (id) => approve(id, context),
    reject: (id) => reject(id, context),
    view: (id) => ubosHere(['proposals', 'show', id], context),
    kill: (proposal) => killWhileWaiting(proposal, context),
    stop: () => stopWhileRunning(context),
  };
  const window = openWindow({ steps, isFinal: context.isFinal });
  followChanges(context, (change) => {
    waiting.note(change);
    window.onChange(change);
  });
  return window.serve(pressedKeys(process.stdin, { signal: interruption.signal, onInterrupt: interruption.interrupt }));
}

/** Nobody presses a key: what happens is said in plain lines, until somebody says stop. */
async function servePlainly(context, { waiting }) {
  const proposal = await announceIfPossible('disk-report', context);
  followChanges(context, (change) => {
    waiting.note(change);
    if (change.status === 'approved' || context.isFinal(change.status)) out(`           ${change.id} ${change.status}: ${change.summary}`);
  });
  const approval = proposal?.waits ? `\n  Approve it        ubos approve ${proposal.id}` : '';
  out(here(`${approval}\n  See what waits    ubos proposals list\n  Stop              Ctrl-C or SIGTERM`));
  await new Promise((resolve) => setInterval(resolve, 2 ** 31 - 1));
}

/** Nothing waits for long for what the worker can do without; who misses it hears what is missing. */
async function untilReady({ ready }, missing) {
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error('it is not ready yet')), 10_000).unref());
  await Promise.race([ready, late]).catch((error) => out(`${missing} (${error.message.split('\n').slice(0, 2).join(': ')})`));
}

/** Starts a role of Janus; it is stopped in its turn, the newest first. */
function openRole(name, how, { env, notes, closers }) {
  const role = superviseWorker({ ...how, env, onStart: (child) => notes.note(name, child.pid) });
  closers.push(() => role.stop());
  return role;
}

/** Starts what is missing, and serves; `session` hears what has to be said and closed at the end. */
async function open({ demo, model, interruption, session }) {
  header();
  await prepare();
  const home = homeFolder();
  ensureHome(home);
  const notes = createProcessNotes(home);
  await notes.endLeftovers();
  const { closers } = session;
  closers.push(async () => notes.forget());
  notes.noteSelf();
  const { ui } = await openServer({ home, notes, closers, onEnd: (...why) => session.fail(...why) });
  if (interruption.signal.aborted) return;
  const env = { ...process.env, JANUS_HOME: home, JANUS_UBOS: calledAnywhere };
  if (model) await serveModel(home, { closers, notes, env });
  // The witness ends last of those that may still see a record: its last head covers what the worker wrote at its end.
  const witness = openRole('witness', { args: ['--role', 'witness'] }, { env, notes, closers });
  const egress = openRole('egress', { args: ['--role', 'egress'] }, { env, notes, closers });
  // Started before the worker and ended after it: whatever outlives that, it ends.
  const guard = openRole('guard', guardStart, { env, notes, closers });
  const worker = openRole('worker', { args: ['--role', 'all'] }, { env, notes, closers });
  await untilReady(egress, 'egress     does not run: actions that want the network are refused');
  await untilReady(guard, 'guard      does not run: under an emergency stop a worker that hangs ends nothing');
  await untilReady(witness, 'witness    does not run: no heads of the audit trail are signed');
  const { vessel } = await worker.ready;
  out(`worker     polls as ${vessel} (mode alpha: nothing runs without your word)`);
  const { isFinal } = await import(new URL('dist/domain/action/status.js', root));
  // Hints of `ubos` are for the terminal beside this one.
  const context = { env: { ...env, JANUS_CALLED_AS: './ubos' }, home, worker, isFinal };
  await inOrder(context.env);
  if (demo) {
    await runDemo(context);
    session.waiting = await createWaiting(context);
    return undefined;
  }
  if (ui !== undefined) out(here(`web UI     ${ui}/namespaces/default/workflows   (links: ubos ui)`));
  out();
  if (model) await thinkOnce(context);
  const waiting = (session.waiting = await createWaiting(context));
  return process.stdin.isTTY && process.stdout.isTTY ? serveWindow(context, { interruption, waiting }) : servePlainly(context, { waiting });
}

await main(async () => {
  const { demo, model } = readOptions();
  const interruption = createInterruption();
  const session = {
    closers: [],
    waiting: undefined,
    failure: undefined,
    /** What it stands on is gone: the first reason is said, `afterwards` is done when all has ended. */
    fail(why, afterwards = async () => undefined) {
      if (session.failure !== undefined || interruption.signal.aborted) return;
      session.failure = { why, afterwards };
      interruption.interrupt();
    },
  };
  const { closers } = session;
  try {
    await interruption.orElse(open({ demo, model, interruption, session }));
  } finally {
    const { failure, waiting } = session;
    session.fail = () => undefined;
    if (failure !== undefined) say(`✗ ${failure.why}`);
    // Interrupted, stdout may have nobody who reads it.
    else if (interruption.signal.aborted) say(`\nstopping; ${waiting?.words() ?? 'whatever it had started is ended'}`);
    else if (waiting !== undefined) out(`\nstopping; ${waiting.words()}`);
    await endRunning();
    while (closers.length > 0)
      await closers
        .pop()()
        .catch((error) => say(`✗ ${error.message}`));
    await failure?.afterwards();
  }
  if (session.failure !== undefined) say('  next: npm start');
  process.exit(session.failure === undefined ? (interruption.code ?? 0) : 69);
});
