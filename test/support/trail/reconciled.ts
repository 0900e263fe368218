import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LifecyclePosition } from '../../../src/adapters/audit/read/read-lifecycle.js';
import { readLifecycle } from '../../../src/adapters/audit/read/read-lifecycle.js';
import { genesis, leafOf } from '../../../src/adapters/audit/format/record.js';
import type { Histories } from '../../../src/client/histories.js';
import type { ReconcileSettings } from '../../../src/client/reconcile.js';
import type { ReconcileVerdict } from '../../../src/domain/reconcile/totals.js';
import { reconcile } from '../../../src/client/reconcile.js';
import { documentSha256 } from '../../../src/client/run-facts.js';
import type { ApprovalTerms } from '../../../src/domain/approval/terms.js';
import type { HeldReceipt, RunFacts } from '../../../src/domain/reconcile/run-facts.js';
import { writeStatement } from '../../../src/domain/approval/statement.js';
import { sha256 } from '../proposals/proposals.js';

export type Fields = Record<string, unknown>;
export type Life = 'completed' | 'rejected' | 'refused' | 'waiting' | 'noted' | 'rolled_back' | 'signed' | 'withdrawn';
export const lives: readonly Life[] = ['completed', 'rejected', 'refused', 'waiting', 'noted', 'rolled_back', 'signed', 'withdrawn'];

export const signedTerms: ApprovalTerms = {
  actionType: 'disk_report',
  requirement: { group: 'first_citizen', approve: 1 },
  groups: { first_citizen: ['ana', 'bo'] },
  signature: 'required',
  excluded: [],
};

/** Without `seq` and `prev`: `chained` puts them in. */
const start = Date.UTC(2026, 0, 1);
export const idOf = (index: number) => `janus-${index.toString(16).padStart(12, '0')}`;
type Draft = { -readonly [K in keyof RunFacts]: RunFacts[K] };

/** A chain made anew over whatever lines there are: what a forger who owns the file can do. */
export function chained(records: readonly Fields[]): string[] {
  let prev = genesis;
  return records.map((record, seq) => {
    const line = JSON.stringify({ ...record, seq, prev });
    prev = leafOf(Buffer.from(line));
    return line;
  });
}

export interface World {
  readonly records: Fields[];
  readonly runs: RunFacts[];
}

/** Proposals that lived one beside the other: their lines in the log, and what their histories hold. */
export function buildWorld(plan: readonly Life[], order: readonly number[] = []): World {
  const records: Fields[] = [];
  const queues = plan.map((life, index) => lifeOf(life, index));
  const pending: { readonly index: number; readonly note: (run: Draft, receipt: HeldReceipt) => void }[] = [];
  let turn = 0;
  while (queues.some(({ steps }) => steps.length > 0)) {
    const open = queues.filter(({ steps }) => steps.length > 0);
    const { run, steps } = open[(order[turn % Math.max(1, order.length)] ?? turn) % open.length] as (typeof queues)[number];
    turn += 1;
    const step = steps.shift() as Step;
    for (const record of step.records)
      records.push({
        timestamp: new Date(start + records.length * 1_000).toISOString(),
        vessel_id: 'balaur',
        summary: 'text',
        v: 1,
        log: 'proposals',
        ...record,
      });
    const at = records.length - 1;
    pending.push({ index: at, note: (_, receipt) => step.note(run, receipt) });
  }
  const leaves = chained(records).map((line) => leafOf(Buffer.from(line)));
  for (const { index, note } of pending) note({} as Draft, { seq: index, leaf: leaves[index] as string });
  return { records, runs: queues.map(({ run }) => run) };
}

interface Step {
  readonly records: readonly Fields[];
  readonly note: (run: Draft, receipt: HeldReceipt) => void;
}

function lifeOf(life: Life, index: number): { readonly run: Draft; readonly steps: Step[] } {
  const id = idOf(index);
  const digest = sha256(id);
  const document = { proposal_id: id, tool_args: [`echo ${id}`] };
  const terms = life === 'signed' ? signedTerms : undefined;
  const run: Draft = {
    ...{ workflowId: id, runId: `run-${id}`, kind: 'proposal', state: 'completed', startedAt: start, isUnfinished: false, retries: [] },
    ...{
      boundDigests: [],
      attempts: [],
      results: [],
      furtherPermits: [],
      probes: 0,
      notes: [],
      previews: 0,
      previewsAsked: 0,
      openedGlass: false,
      reviewedGlass: false,
    },
    ...{
      approvers: ['ana'],
      modes: [],
      verifiedKeys: terms === undefined ? [] : ['SHA256:ana'],
      handedOver: [],
      documentSha256: documentSha256(document) ?? '',
    },
  };
  const line = (name: string, event: string, data: Fields = {}): Fields => ({
    event_type: event,
    action_id: id,
    ...data,
    id: `${id}/${name}`,
  });
  const step = (record: Fields | readonly Fields[], note: Step['note']): Step => ({ records: [record].flat(), note });
  const reviewed = step(
    line('review', 'action_proposed', { status: 'proposed', digest, proposal: document, ...(terms && { approval: terms }) }),
    (to) => (to.review = { passed: true, digest, ...(terms && { terms }) }),
  );
  const end = (status: string, reason: string, by?: string) =>
    step(
      line('end', `action_${status}`, { status, summary: reason, digest, ...(by !== undefined && { decided_by: by }) }),
      (to, receipt) => {
        to.end = receipt;
        to.outcome = { status, reason, ...(by !== undefined && { decidedBy: by }) };
      },
    );
  const note = (name: string) =>
    step(line(name, 'decision_refused', { by: 'mallory' }), (to, receipt) => (to.notes = [...to.notes, receipt]));
  const statement = writeStatement({
    ...{ vessel: 'janus-test', namespace: 'default', workflow_id: id, run_id: run.runId, proposal_id: id, proposal_sha256: digest },
    ...{ decision: 'approve', reason: '', signer: 'ana', issued_at: '2026-01-01T00:00:00Z', expires_at: '2026-01-02T00:00:00Z' },
    nonce: '0'.repeat(32),
  });
  const signed = terms && { assurance: 'signed', signatures: [{ by: 'ana', key: 'SHA256:ana', statement, signature: 'armoured' }] };
  const permitted = step(
    [
      line('approved', 'action_approved', { status: 'approved', digest, approved_by: ['ana'], assurance: 'unsigned', ...signed }),
      line('start/1', 'start_authorised', { status: 'executing', digest, host: 'host' }),
    ],
    (to, { seq, leaf }) => {
      const receipt = { seq, leaf: leaf.slice(0, 16) };
      to.attempts = [{ attempt: 1, receipt }];
      to.handedOver = [{ activity: 'executeAction', receipt, ran: true }];
    },
  );
  const result = (ok: boolean) =>
    step(line('result', ok ? 'action_completed' : 'execution_failed', { digest, started_at: '2026-01-01T00:00:00Z' }), (to) => {
      to.results = [ok];
      if (ok) to.outcome = { status: 'completed', reason: 'every check passed', decidedBy: 'ana' };
    });
  const refused = step(line('review', 'action_refused', { status: 'rejected' }), (to) => {
    to.review = { passed: false };
    to.outcome = { status: 'rejected', reason: 'rule' };
  });
  if (life === 'waiting') run.state = 'running';
  const steps: Readonly<Record<Life, readonly Step[]>> = {
    completed: [reviewed, permitted, result(true)],
    rejected: [reviewed, end('rejected', 'no', 'ana')],
    refused: [refused],
    waiting: [reviewed],
    noted: [reviewed, note('refused/1'), note('refused/2'), end('expired', 'nobody decided')],
    rolled_back: [reviewed, permitted, result(false), end('rolled_back', 'exit 3', 'ana')],
    signed: [reviewed, permitted, result(true)],
    withdrawn: [reviewed, note('counted/1'), note('counted/2'), permitted, result(true)],
  };
  return { run, steps: [...steps[life]] };
}

export function writeLog(folder: string, lines: readonly string[]): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'proposals.jsonl');
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
  return file;
}

/** A server that knows these runs; `onRead` sees each before it is answered. */
export function historiesOf(
  runs: readonly RunFacts[],
  onRead: (run: RunFacts) => void = () => undefined,
  unlisted = new Set<string>(),
): Histories {
  const known = (wanted: (run: RunFacts) => boolean) =>
    (async function* () {
      for (const { workflowId, runId } of runs.filter(wanted)) yield { workflowId, runId };
    })();
  return {
    list: () => known(({ runId }) => !unlisted.has(runId)),
    runsOf: (workflowId) => known((run) => run.workflowId === workflowId),
    read: async (workflowId, runId) => {
      const run = runs.filter((each) => each.workflowId === workflowId && (runId === undefined || each.runId === runId)).at(-1);
      if (run !== undefined) onRead(run);
      return run;
    },
    retention: async () => 7 * 86_400_000,
  };
}

export function reconcileFile(
  file: string,
  histories: Histories,
  change: Partial<ReconcileSettings<LifecyclePosition>> = {},
): Promise<ReconcileVerdict> {
  return reconcile({
    log: { read: (reader, from?: LifecyclePosition) => readLifecycle(file, reader, from) },
    histories,
    now: new Date(start + 3_600_000),
    ...change,
  });
}
