import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { actionState } from '../../../src/adapters/ledger/action-state.js';
import { createStartLedger } from '../../../src/adapters/ledger/create-start-ledger.js';
import { currentActionAccount } from '../../../src/adapters/sandbox/profile/account.js';
import { privateFolders } from '../../../src/adapters/sandbox/workspace/places.js';
import { sandboxesBelow } from '../../../src/adapters/sandbox/upkeep/sandbox-processes.js';
import type { JanusConfig } from '../../../src/config/config.js';
import type { AuditRecord } from '../../../src/domain/trail/records.js';
import type { HistoryFacts } from '../vessel/histories.js';
import { readHistory } from '../vessel/histories.js';
import type { Trail } from './invariants.js';
import { grouped, isTerminal } from './invariants.js';
import { processesWith } from '../sandbox/processes.js';
import type { Effect } from '../torture/ground-truth.js';

const notRecorded = new Set(['audit_unavailable']);
const said = (facts: HistoryFacts, type: string) => (facts.local.get(type) ?? []).filter(({ kind }) => !notRecorded.has(String(kind)));

/** What hands answered, without their signature. */
const answers = (facts: HistoryFacts, type: string) =>
  (facts.remote.get(type) ?? []).map(({ answer }) => (answer ?? {}) as Readonly<Record<string, unknown>>);

/** I12: what the history was told about the trail is there still, to the last bit. */
function lostReceipts({ id, receipts }: HistoryFacts, { leaves }: Trail): string[] {
  return receipts.flatMap(({ by, log, seq, leaf }) =>
    leaves.get(`${log}/${seq}`)?.startsWith(leaf) === true ? [] : [`I12: ${id}: ${by} was told ${log}/${seq} ${leaf}, which is not there`],
  );
}

/** I5: each step that the history knows has its line, and each line a step in the history that explains it. */
function accountOf(facts: HistoryFacts, records: readonly AuditRecord[], tools: readonly AuditRecord[]): string[] {
  const { id, receipts } = facts;
  const ids = new Set(records.map((record) => record.id));
  const results = said(facts, 'recordResult').filter(({ kind }) => kind === 'recorded');
  const executed = [...answers(facts, 'executeAction'), ...answers(facts, 'settleAction')].at(-1);
  const probed = answers(facts, 'probeAction').filter(({ result }) => result !== undefined).length;
  const steps = results.length > 0 && Array.isArray(executed?.['steps']) ? executed['steps'].length : 0;
  const undone = answers(facts, 'rollBackStep').filter(({ state }) => state === 'finished').length;
  const wanted = [
    ...said(facts, 'reviewProposal').map(() => `${id}/review`),
    ...results.map(() => `${id}/result`),
    ...said(facts, 'recordEnd').map(() => `${id}/end`),
  ];
  const missing = wanted.filter((each) => !ids.has(each));
  const told = new Set(receipts.map(({ seq }) => seq));
  const events = Math.max(-1, ...receipts.flatMap(({ by, seq }) => (by === 'recordEvents' ? [seq] : [])));
  const explained = (record: AuditRecord) => {
    const name = record.id.slice(id.length + 1);
    if (name === 'review' || name === 'result' || name === 'end') return wanted.includes(record.id);
    if (/^start\/\d+$/.test(name)) return told.has(record.seq) || ids.has(`${record.id}/revoked`);
    if (name === 'approved' || name.startsWith('approved/') || name.endsWith('/revoked')) return said(facts, 'authoriseStart').length > 0;
    if (name === 'probe') return facts.local.has('recordProbe');
    if (name.startsWith('preview')) return facts.local.has('recordPreview') || facts.local.has('orderPreview');
    // Held back in an attempt of a task that died with its worker; when it was tried again the stop had been lifted.
    if (name.startsWith('suspended/')) return true;
    return record.seq <= events;
  };
  const commands = tools.filter(({ event_type: event }) => event === 'tool_use').length;
  return [
    ...missing.map((each) => `I5: the history knows ${each}, the trail does not`),
    ...records.filter((record) => !explained(record)).map((record) => `I5: nothing in the history of ${id} explains ${record.id}`),
    ...(commands === steps + undone + probed
      ? []
      : [`I5: ${id}: ${steps + undone + probed} commands in the history, ${commands} in tool_use`]),
  ];
}

const stepNames = (effects: readonly Effect[], what: Effect['what'], kind: 'step' | 'undo') =>
  effects.filter((effect) => effect.what === what && effect.name.startsWith(kind)).map(({ name }) => name);

/** I10 and what the word for the end promises, against what really happened. `steps` is how many commands the proposal has. */
function endProblems({ id, outcome }: HistoryFacts, effects: readonly Effect[], steps: number): string[] {
  const status = outcome?.status ?? 'nothing';
  const [begun, ended] = [stepNames(effects, 'begin', 'step'), stepNames(effects, 'end', 'step')];
  const [undoing, undone] = [stepNames(effects, 'begin', 'undo'), stepNames(effects, 'end', 'undo')];
  const at = `${id} ended ${status} (${outcome?.reason ?? ''})`;
  const neverRuns = ['rejected', 'expired', 'stale'];
  return [
    ...(neverRuns.includes(status) && begun.length > 0 ? [`I1: ${at}, and ran ${begun.join()}`] : []),
    ...(status === 'completed' && ended.length !== steps ? [`I10: ${at}: ${ended.length} of ${steps} steps came to their end`] : []),
    ...(status === 'completed' && undoing.length > 0 ? [`I10: ${at}, and was rolled back`] : []),
    ...(status === 'rolled_back' && undone.length === 0 ? [`I10: ${at}, and nothing undid it`] : []),
    ...(status === 'rolled_back'
      ? begun.filter((name) => !undone.includes(name.replace('step', 'undo'))).map((name) => `I10: ${at}: ${name} was not undone`)
      : []),
    ...(!['rolled_back', 'rollback_failed', 'completed', 'failed'].includes(status) && undoing.length > 0
      ? [`I10: ${at}, and was rolled back`]
      : []),
  ];
}

/** I3 and I11: it has ended, with one last line, and that says what the server says. */
function terminalProblems({ id, status, outcome }: HistoryFacts, records: readonly AuditRecord[]): string[] {
  if (status !== 'COMPLETED' || outcome === undefined) return [`I11: ${id} is ${status} on the server`];
  const ends = records.filter(isTerminal);
  const [end] = ends;
  if (ends.length !== 1 || end === undefined) return [`I3: ${id} has ${ends.length} last lines`];
  const word = end.event_type === 'action_refused' ? 'rejected' : end.event_type.replace(/^action_/, '');
  return word === outcome.status ? [] : [`I3: ${id} ended ${outcome.status} on the server and ${word} in the trail`];
}

/** What the driver was promised, and the number of commands it asked for. */
export interface Promised {
  readonly steps: number;
  /** Signals that the server acknowledged. */
  readonly signals: number;
  readonly rejectionAccepted: boolean;
}

/** Everything about one proposal that has ended. */
export async function findingsAbout(
  config: { readonly paths: Pick<JanusConfig['paths'], 'ledger'> },
  facts: HistoryFacts,
  { trail, effects, promised }: { readonly trail: Trail; readonly effects: readonly Effect[]; readonly promised: Promised },
): Promise<string[]> {
  const { id } = facts;
  const records = trail.byId.get(id) ?? [];
  const digest = records.find((record) => record.id === `${id}/review`)?.['digest'] as string | undefined;
  const claimed = await createStartLedger({ folder: config.paths.ledger }).claimOf(id);
  return [
    ...terminalProblems(facts, records),
    ...lostReceipts(facts, trail),
    ...accountOf(facts, records, trail.tools.get(id) ?? []),
    ...endProblems(facts, effects, promised.steps),
    ...(facts.signals < promised.signals ? [`I12: ${id}: ${promised.signals} signals acknowledged, ${facts.signals} in the history`] : []),
    ...(promised.rejectionAccepted && facts.outcome?.status !== 'rejected'
      ? [`I12: ${id}: a rejection counted, and it ended ${facts.outcome?.status}`]
      : []),
    ...(effects.length > 0 && claimed?.digest !== digest ? [`I1: ${id} was claimed as ${claimed?.digest} and reviewed as ${digest}`] : []),
  ];
}

function leavesOf(pids: readonly number[]): string[] {
  const prefix = pids.map((pid) => `janus-action-${pid}-`);
  const below = (folder: string): string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (!entry.isDirectory()) return [];
      return prefix.some((each) => entry.name.startsWith(each)) ? [path] : below(path);
    });
  try {
    return below('/sys/fs/cgroup');
  } catch {
    return [];
  }
}

/** I8, at the end of all: no sandbox, no process that names `mark`, no leaf of a worker that was ours, no scratch folder. */
export async function leftovers(config: JanusConfig, mark: string, workerPids: readonly number[]): Promise<string[]> {
  const sandboxes = await sandboxesBelow(config.paths.workspaces, [currentActionAccount(config.sandbox.account).uid]);
  const scratch = readdirSync(config.paths.workspaces).filter((name) => name.startsWith('scratch-'));
  return [
    ...sandboxes.map(({ workspace }) => `I8: a sandbox runs in ${workspace}`),
    ...processesWith(mark).map((pid) => `I8: process ${pid} is left`),
    ...leavesOf(workerPids).map((path) => `I8: ${path} is left`),
    ...scratch.map((name) => `I8: ${name} is left in the folder of workspaces`),
  ];
}

/** Workspaces and outputs of actions that have ended: the janitor of a worker whose retention is over has to remove them. */
export async function keptWorkspaces({ paths }: JanusConfig): Promise<string[]> {
  const ledger = createStartLedger({ folder: paths.ledger });
  const kept: string[] = [];
  for (const name of [paths.workspaces, ...privateFolders(paths.workspaces)].flatMap((folder) => readdirSync(folder))) {
    const id = /^(janus-[0-9a-f]{12})(\.output)?$/.exec(name)?.[1];
    if (id !== undefined && (await actionState(ledger, id)) === 'final') kept.push(name);
  }
  return kept;
}

export interface AtRest {
  readonly client: Client;
  readonly config: JanusConfig;
  readonly trail: Trail;
  readonly effects: readonly Effect[];
  readonly promised: ReadonlyMap<string, Promised>;
}

/** What must hold besides, once every proposal has ended and nothing runs. Returns how they ended, too. */
export async function findingsAtRest({ client, config, trail, effects, promised }: AtRest) {
  const byId = grouped(effects, ({ id }) => id);
  const findings: string[] = [];
  const ends = new Map<string, number>();
  for (const [id, promise] of promised) {
    const facts = await readHistory(client, id);
    if (facts === undefined) {
      findings.push(`I12: the server has lost ${id}`);
      continue;
    }
    const end = facts.outcome?.status ?? facts.status;
    ends.set(end, (ends.get(end) ?? 0) + 1);
    findings.push(...(await findingsAbout(config, facts, { trail, effects: byId.get(id) ?? [], promised: promise })));
  }
  return { findings, ends };
}
