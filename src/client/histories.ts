import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import { workflowTypes } from '../contract/names.js';
import type { RunFacts } from '../domain/reconcile/run-facts.js';
import type { TemporalClient } from './connect.js';
import { translated } from './errors.js';
import { queryFor, quote } from './listing.js';
import { toRunFacts } from './run-facts.js';

/** One run that the server knows. */
export interface KnownRun {
  readonly workflowId: string;
  readonly runId: string;
}

/** What the server still knows about the proposals of a vessel; reads and changes nothing. */
export interface Histories {
  /** Every run, in no order, page by page; with `since` (ISO 8601) only those that run or ended after it. */
  list(since?: string): AsyncIterable<KnownRun>;
  /** Every run of one workflow id. */
  runsOf(workflowId: string): AsyncIterable<KnownRun>;
  /** What one run says; without a run id, the latest. Undefined where the server has none. */
  read(workflowId: string, runId?: string): Promise<RunFacts | undefined>;
  /** How long the server keeps what has ended, in milliseconds. */
  retention(): Promise<number>;
}

const pageSize = 500;

const types = [workflowTypes.proposal, workflowTypes.glassReview];

async function* list(client: Client, query: string): AsyncGenerator<KnownRun> {
  const all = client.workflow.list({ query, pageSize })[Symbol.asyncIterator]();
  for (;;) {
    const next = await translated(() => all.next());
    if (next.done === true) return;
    yield { workflowId: next.value.workflowId, runId: next.value.runId };
  }
}

async function readRun(client: Client, workflowId: string, runId: string | undefined): Promise<RunFacts | undefined> {
  try {
    const handle = client.workflow.getHandle(workflowId, runId);
    // Without a run id the history could be another run's than the one that is named.
    const run = runId ?? (await handle.describe()).runId;
    const { events } = await client.workflow.getHandle(workflowId, run).fetchHistory();
    return toRunFacts(workflowId, run, events ?? []);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

async function retention({ client, namespace }: Pick<TemporalClient, 'client' | 'namespace'>): Promise<number> {
  const { config } = await client.workflowService.describeNamespace({ namespace });
  const { seconds } = config?.workflowExecutionRetentionTtl ?? {};
  return Number(seconds ?? 0) * 1_000;
}

export function createHistories(temporal: Pick<TemporalClient, 'client' | 'namespace'>, vessel: string): Histories {
  const { client } = temporal;
  const all = queryFor(vessel, { all: true }, types);
  return {
    list: (since) =>
      list(client, `${all}${since === undefined ? '' : ` AND (ExecutionStatus = 'Running' OR CloseTime >= ${quote(since)})`}`),
    runsOf: (workflowId) => list(client, `${all} AND WorkflowId = ${quote(workflowId)}`),
    read: (workflowId, runId) => translated(() => readRun(client, workflowId, runId)),
    retention: () => translated(() => retention(temporal)),
  };
}
