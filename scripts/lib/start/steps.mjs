import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDurably } from '../durable.mjs';
import { out, outAsIs, Stop } from '../say.mjs';
import { here, ubos } from '../ubos.mjs';
import { unfinishedIn } from './database.mjs';

/** The name under which the demonstration proposes and decides. */
export const by = ['--by', 'demo'];

const example = (name) => `examples/${name}.yaml`;

/** What `ubos` answers; a refusal becomes a `Stop` in its words. */
export async function must(args, context) {
  const result = await ubos(args, context);
  if (result.value !== undefined && result.code < 60) return result;
  const { message = `ubos ${args.join(' ')} ended with ${result.code}: ${result.stderr.trim()}`, next } = result.error ?? {};
  throw new Stop(message, { next });
}

export const viewOf = async (id, context) => (await must(['proposals', 'show', id], context)).value;

/** Which proposal each example was last, by its id and deadline: one that waits is not proposed again, to be refused as the same. */
const notesFile = (home) => join(home, 'demonstration.json');

function noted(home) {
  const file = notesFile(home);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

const gone = (id) =>
  new Stop(
    `the audit trail has the same action waiting as ${id}, and the Temporal server at hand has not: it was proposed on another one, or with a database that is ` +
      here('gone. It is not proposed again until a day after its deadline: ubos audit reconcile, or begin anew with another JANUS_HOME'),
  );

const dayMilliseconds = 86_400_000;

/** The example that an earlier run proposed, where it has not ended. Throws a `Stop` where its history is gone and the trail still has it. */
async function earlierView(name, { home, isFinal, ...context }) {
  const { id, deadline } = noted(home)[name] ?? {};
  if (id === undefined) return undefined;
  const { value } = await ubos(['proposals', 'show', id], context);
  if (value !== undefined) return isFinal(value.status) ? undefined : value;
  if (Date.now() < Date.parse(deadline) + dayMilliseconds && unfinishedIn(join(home, 'proposals.jsonl'), isFinal)?.includes(id))
    throw gone(id);
  return undefined;
}

/** The one in whose way a new one would be, or why there is none, as a `Stop`. */
async function inTheWay(name, { value, stderr, error }, context) {
  const violations = value?.violations?.map(({ message }) => message).join('; ');
  const id = /in flight as (janus-[0-9a-f]{12})/.exec(violations ?? '')?.[1];
  if (id === undefined)
    throw new Stop(`${example(name)} was refused: ${violations ?? error?.message ?? stderr.trim()}`, { next: error?.next });
  const { value: view } = await ubos(['proposals', 'show', id], context);
  if (view === undefined) throw gone(id);
  return view;
}

async function propose(name, context) {
  const answer = await ubos(['propose', '-f', example(name), ...by], context);
  if (answer.value?.status !== 'proposed') return inTheWay(name, answer, context);
  const { proposal_id: id, deadline } = answer.value;
  writeDurably(notesFile(context.home), JSON.stringify({ ...noted(context.home), [name]: { id, deadline } }));
  return viewOf(id, context);
}

/** Whose word it needs: with keys or groups nobody is believed who only says a name. */
const needsPersons = ({ plan: { approval } }) => approval.signature !== 'off' || approval.requirement.group !== '*';

/** Proposes an example, or takes the one that waits from an earlier run; says which. */
export async function announce(name, context) {
  const earlier = await earlierView(name, context);
  const view = earlier ?? (await propose(name, context));
  const { proposal_id: id, status, deadline, document } = view;
  const { risk_level: risk, action_type: type, rationale } = document;
  const isNew = earlier === undefined && noted(context.home)[name]?.id === id;
  const how = isNew ? 'proposed' : status === 'proposed' ? 'still waits:' : `is ${status}:`;
  out(`demo       ${how} ${id}  ${risk.toUpperCase()}  ${type}  "${rationale}"`);
  return { id, deadline, waits: status === 'proposed', needsPersons: needsPersons(view) };
}

/** Says what stands in the way, and goes on without a proposal: a server is there to serve. */
export const announceIfPossible = (name, context) =>
  announce(name, context).catch((error) => {
    if (!(error instanceof Stop)) throw error;
    out(`demo       ${error.message}`);
  });

const auditLines = (home) => readFileSync(join(home, 'proposals.jsonl'), 'utf8').trimEnd().split('\n').length;

export async function sayEnd(id, context) {
  const view = await viewOf(id, context);
  const last = view.results.at(-1);
  const ran =
    last === undefined
      ? 'nothing ran'
      : `sandboxed (no network, read-only system) · ${last.reason === 'exit' ? `exit ${last.exit_code}` : last.reason} in ${last.wall_seconds} s`;
  const undone = view.rollbacks.map(({ tool, ok, summary }) => ` · rollback ${tool}: ${ok ? 'done' : summary}`).join('');
  out(`${view.status === 'completed' ? '✓' : '✗'} ${view.status} · ${ran}${undone} · ${auditLines(context.home)} audit lines`);
  if (last?.stdout.text) for (const line of last.stdout.text.trimEnd().split('\n').slice(0, 8)) outAsIs(`    ${line}`);
  return view;
}

export async function approve(id, context) {
  // Nobody is asked here, so it names what it approves.
  const { digest } = await viewOf(id, context);
  await must(['approve', id, '--digest', digest, '--wait', ...by], context);
  return sayEnd(id, context);
}

export async function reject(id, context) {
  await must(['reject', id, '--reason', 'Not now: this is a demonstration', ...by], context);
  await viewOf(id, context);
  out(`✗ rejected ${id}: nothing ran`);
}

/** kill -9 while one waits, then look whether it still does, with the same deadline. */
export async function killWhileWaiting({ id }, { worker, ...context }) {
  const before = await viewOf(id, context);
  const start = Date.now();
  const next = worker.killAndWait();
  out('✗ worker killed with SIGKILL');
  await next;
  const after = await viewOf(id, context);
  if (after.status !== 'proposed' || after.deadline !== before.deadline)
    throw new Stop(`${id} is ${after.status} until ${after.deadline}, it was ${before.status} until ${before.deadline}`);
  out(`✓ a new one polls after ${((Date.now() - start) / 1_000).toFixed(1)} s: ${id} still waits, until ${after.deadline}`);
}

/** Throws where anything is out of order. */
export async function examine(context) {
  const { value } = await must(['doctor'], context);
  const broken = value.findings.filter(({ ok }) => !ok);
  if (broken.length > 0) throw new Stop(`ubos doctor: ${JSON.stringify(broken)}`);
}
