import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stop } from './say.mjs';
import { here, ubos, ubosHere } from './ubos.mjs';

const out = (text = '') => process.stdout.write(`${text}\n`);
const example = (name) => `examples/${name}.yaml`;

async function must(args, context) {
  const result = await ubos(args, context);
  if (result.value === undefined || result.code >= 60)
    throw new Stop(`ubos ${args.join(' ')} ended with ${result.code}: ${result.stderr.trim()}`);
  return result;
}

/** Proposes an example, or comes back with the one that waits already from an earlier run. */
export async function proposeExample(name, context) {
  const { value, stderr } = await ubos(['propose', '-f', example(name), '--by', 'demo'], context);
  if (value?.status === 'proposed') return { id: value.proposal_id, deadline: value.deadline, isNew: true };
  const earlier = /in flight as (janus-[0-9a-f]{12})/.exec(JSON.stringify(value?.violations ?? ''))?.[1];
  if (earlier === undefined) throw new Stop(`${example(name)} was refused: ${JSON.stringify(value?.violations ?? stderr)}`);
  const { value: view } = await ubos(['proposals', 'show', earlier], context);
  if (view === undefined)
    throw new Stop(
      `the audit trail has the same action waiting as ${earlier}, and the server at hand has not: it was proposed on another one. ` +
        here('It is not proposed again until a day after its deadline: ubos audit reconcile, or begin anew with another JANUS_HOME'),
    );
  return { id: earlier, deadline: view.deadline, isNew: false };
}

/** Says what stands in the way, and goes on without a proposal: a server is there to serve. */
export const announceIfPossible = (name, context) =>
  announce(name, context).catch((error) => {
    if (!(error instanceof Stop)) throw error;
    out(`demo       ${error.message}`);
  });

export async function announce(name, context) {
  const proposal = await proposeExample(name, context);
  const { value: view } = await must(['proposals', 'show', proposal.id], context);
  const { risk_level: risk, action_type: type, rationale } = view.document;
  out(`demo       ${proposal.isNew ? 'proposed' : 'still waits:'} ${proposal.id}  ${risk.toUpperCase()}  ${type}  "${rationale}"`);
  return proposal;
}

const auditLines = (home) => readFileSync(join(home, 'proposals.jsonl'), 'utf8').trimEnd().split('\n').length;

async function show(id, { home, ...context }) {
  const { value: view } = await must(['proposals', 'show', id], context);
  const last = view.results.at(-1);
  const ran =
    last === undefined
      ? 'nothing ran'
      : `sandboxed (no network, read-only system) · ${last.reason === 'exit' ? `exit ${last.exit_code}` : last.reason} in ${last.wall_seconds} s`;
  const undone = view.rollbacks.map(({ tool, ok, summary }) => ` · rollback ${tool}: ${ok ? 'done' : summary}`).join('');
  out(`${view.status === 'completed' ? '✓' : '✗'} ${view.status} · ${ran}${undone} · ${auditLines(home)} audit lines`);
  if (last?.stdout.text) for (const line of last.stdout.text.trimEnd().split('\n').slice(0, 8)) out(`    ${line}`);
  return view;
}

export async function approve(id, context) {
  // Nobody is asked here, so it names what it approves.
  const { value: view } = await must(['proposals', 'show', id], context);
  await must(['approve', id, '--digest', view.digest, '--wait', '--by', 'demo'], context);
  return show(id, context);
}

export async function reject(id, context, reason = 'Not now: this is a demonstration') {
  await must(['reject', id, '--reason', reason, '--by', 'demo'], context);
  await must(['proposals', 'show', id], context);
  out(`✗ rejected ${id}: nothing ran`);
}

/** kill -9 while one waits, then look whether it still does, with the same deadline. */
export async function killWhileWaiting(proposal, { worker, ...context }) {
  const before = (await must(['proposals', 'show', proposal.id], context)).value;
  const start = Date.now();
  const next = worker.killAndWait();
  out('✗ worker killed with SIGKILL');
  await next;
  const after = (await must(['proposals', 'show', proposal.id], context)).value;
  if (after.status !== 'proposed' || after.deadline !== before.deadline)
    throw new Stop(`${proposal.id} is ${after.status} until ${after.deadline}, it was ${before.status} until ${before.deadline}`);
  out(`✓ a new one polls after ${((Date.now() - start) / 1_000).toFixed(1)} s: ${proposal.id} still waits, until ${after.deadline}`);
}

function expectStatus(view, wanted) {
  if (view.status !== wanted) throw new Stop(`${view.proposal_id} ended ${view.status}, expected ${wanted}: ${view.reason}`);
}

/** The whole of it without a person: approve, reject, failure with rollback, kill -9 while one waits. */
export async function runDemo(context) {
  out('\n1. approve');
  const first = await announce('disk-report', context);
  expectStatus(await approve(first.id, context), 'completed');
  out('\n2. reject');
  const second = await announce('settings-change', context);
  await reject(second.id, context);
  out('\n3. an action that fails, and its rollback');
  const third = await announce('fails-and-rolls-back', context);
  expectStatus(await approve(third.id, context), 'rolled_back');
  out('\n4. kill -9 while one waits');
  const fourth = await announce('log-rotation', context);
  await killWhileWaiting(fourth, context);
  expectStatus(await approve(fourth.id, context), 'completed');
  const { value: doctor } = await must(['doctor'], context);
  const broken = doctor.findings.filter(({ ok }) => !ok);
  if (broken.length > 0) throw new Stop(`ubos doctor: ${JSON.stringify(broken)}`);
  out('\n✓ approved, rejected, rolled back and recovered; everything is in order');
}

const keys = 'keys: a approve · r reject · v view · f one that fails · k kill -9 the worker · q quit';

/** One key, one thing; in order, so that no key is answered twice. Resolves when the person leaves. */
export async function playDemo(context, { signal }) {
  let current = await announceIfPossible('disk-report', context);
  out(`\n  Approve it here   press a   (${keys})`);
  if (current !== undefined) out(here(`  or elsewhere      ubos approve ${current.id}`));
  const actions = {
    a: async () => {
      if (current === undefined) return out('nothing waits here: f proposes one that fails, k one that survives a kill');
      const { id } = current;
      current = undefined;
      await approve(id, context);
      out('Now break it: press f for an action that fails (watch its rollback), k to kill the worker while one waits.');
    },
    r: async () => {
      if (current === undefined) return out('nothing waits here');
      const { id } = current;
      current = undefined;
      await reject(id, context);
    },
    v: async () =>
      void (current === undefined
        ? out(here('nothing waits here: ubos proposals list --all'))
        : await ubosHere(['proposals', 'show', current.id], context)),
    f: async () => {
      const failing = await announce('fails-and-rolls-back', context);
      out('approved for you, so that you can watch it fail:');
      await approve(failing.id, context);
    },
    k: async () => {
      current ??= await announce('log-rotation', context);
      await killWhileWaiting(current, context);
      out('press a to approve it now');
    },
  };
  for await (const key of pressedKeys(signal)) {
    if (key === 'q' || key === '\u0003' || key === '\u0004') return;
    const action = actions[key];
    if (action === undefined) {
      if (key.trim() !== '') out(keys);
      continue;
    }
    out(key);
    // A failed step is said, and the demonstration goes on.
    await action().catch((error) => out(`✗ ${error.message}`));
  }
}

async function* pressedKeys(signal) {
  const { stdin } = process;
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  try {
    while (!signal.aborted) {
      const key = await new Promise((resolve) => {
        const onAbort = () => resolve('q');
        signal.addEventListener('abort', onAbort, { once: true });
        stdin.once('data', (text) => {
          signal.removeEventListener('abort', onAbort);
          resolve(text);
        });
        stdin.once('end', onAbort);
        stdin.resume();
      });
      stdin.pause();
      yield key;
    }
  } finally {
    stdin.setRawMode(false);
  }
}
