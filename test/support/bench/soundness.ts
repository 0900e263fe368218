import { existsSync } from 'node:fs';
import type { Client } from '@temporalio/client';
import type { LedgerReader } from '../../../src/adapters/ledger/read/ledger-facts.js';
import { createHistories } from '../../../src/client/histories.js';
import { proposalOf } from '../../../src/domain/reconcile/run-facts.js';
import { reconcileFile } from '../trail/reconciled.js';
import { checkChain } from '../trail/check-chain.js';
import type { ProposalOutcome } from '../../../src/contract/messages.js';
import type { SnakeKeys } from '../../../src/domain/text/key-case.js';
import type { ProposalStatus } from '../../../src/domain/action/status.js';
import { isFinal, transitions } from '../../../src/domain/action/status.js';
import type { History } from '../replay/replay.js';

/** What must hold of every proposal, however it ended: asserted after each test. */
/**
 * temporal.api.enums.v1.WorkflowTaskFailedCause. The server's own doing, not the workflow's: UNHANDLED_COMMAND, since a message came while it
 * was ending, and FORCE_CLOSE_COMMAND, since more messages came during one task than the server keeps back.
 */
const causedByServer = [1, 17];

const lastRecords = new Set([
  'action_refused',
  ...(Object.keys(transitions) as ProposalStatus[]).filter(isFinal).map((status) => `action_${status}`),
]);

export async function assertChain(file: string): Promise<void> {
  const check = existsSync(file) ? await checkChain(file) : { ok: true };
  if (!check.ok) throw new Error(`${file}: ${JSON.stringify(check)}`);
}

/** No workflow task failed, and the trail holds exactly one end: the one that the workflow gave as its result. */
export function assertSoundEnd(
  { proposal_id: id, status }: SnakeKeys<ProposalOutcome>,
  { events }: History,
  records: readonly string[],
): void {
  const failures = (events ?? []).flatMap((event) => event.workflowTaskFailedEventAttributes ?? []);
  const failed = failures.find(({ cause }) => !causedByServer.includes(cause ?? 0));
  if (failed) throw new Error(`${id}: a workflow task failed: ${JSON.stringify(failed)}`);
  const ends = records.filter((type) => lastRecords.has(type));
  const wanted = records.includes('action_refused') ? 'action_refused' : `action_${status}`;
  if (ends.length !== 1 || ends[0] !== wanted) throw new Error(`${id} ended as ${status}, its records are ${records.join(', ')}`);
}

/** The log, the histories and the start ledger of one proposal say the same (spec L3). */
export async function assertReconciled(
  file: string,
  temporal: { readonly client: Client; readonly namespace: string },
  id: string,
  ledger: LedgerReader,
): Promise<void> {
  const proposalId = proposalOf(id);
  const histories = createHistories(temporal, 'test');
  const read = (workflowId: string, runId?: string) => histories.read(workflowId, runId);
  // The time-skipping server can neither list nor describe its namespace.
  const listed = async function* () {
    for (const workflowId of [proposalId, `${proposalId}-review`]) {
      const run = await read(workflowId);
      if (run !== undefined) yield run;
    }
  };
  const only = { list: listed, runsOf: listed, retention: async () => 1e12, read };
  // The ledger's claims have the time of this machine; all of them are older than this.
  const now = new Date(Date.now() + 1_000);
  const { alarms } = await reconcileFile(file, only, { isAsked: (each) => each === proposalId, ledger, now });
  if (alarms.length > 0) throw new Error(`log and history of ${id} differ: ${JSON.stringify(alarms, undefined, 1)}`);
}
