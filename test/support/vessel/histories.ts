import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { ProposalOutcome } from '../../../src/contract/messages.js';
import type { SnakeKeys } from '../../../src/domain/text/key-case.js';

/** Where the history says that a record lies; a permit names only the first 16 digits of the leaf. */
export interface ToldReceipt {
  readonly by: string;
  readonly log: string;
  readonly seq: number;
  readonly leaf: string;
}

/** What the server has about one proposal: the second witness, beside the log. */
export interface HistoryFacts {
  readonly id: string;
  /** RUNNING, COMPLETED, TERMINATED, ... */
  readonly status: string;
  readonly outcome: SnakeKeys<ProposalOutcome> | undefined;
  readonly signals: number;
  readonly receipts: readonly ToldReceipt[];
  /** Results of local activities that succeeded, by their type, in order. */
  readonly local: ReadonlyMap<string, readonly Fields[]>;
  /** The same of the hands' activities. */
  readonly remote: ReadonlyMap<string, readonly Fields[]>;
}

export type Fields = Readonly<Record<string, unknown>>;

interface Payloads {
  readonly payloads?: readonly { readonly data?: Uint8Array | null }[] | null;
}

const decode = (value: Payloads | null | undefined): Fields | undefined => {
  const data = value?.payloads?.[0]?.data;
  if (data === undefined || data === null || data.length === 0) return undefined;
  return JSON.parse(Buffer.from(data).toString('utf8')) as Fields;
};

function receiptsIn(by: string, result: Fields): ToldReceipt[] {
  const receipt = result['receipt'] as Omit<ToldReceipt, 'by'> | undefined;
  const permit = (result['permit'] as { receipt?: string } | undefined)?.receipt;
  const [log = '', seq = '', leaf = ''] = permit?.split(':') ?? [];
  return [...(receipt === undefined ? [] : [{ by, ...receipt }]), ...(permit === undefined ? [] : [{ by, log, seq: Number(seq), leaf }])];
}

/** Reads a proposal's whole history. Undefined where the server knows none. */
export async function readHistory(client: Client, id: string): Promise<HistoryFacts | undefined> {
  const handle = client.workflow.getHandle(id);
  const described = await handle.describe().catch((error: unknown) => {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  });
  if (described === undefined) return undefined;
  const { events } = await handle.fetchHistory();
  const local = new Map<string, Fields[]>();
  const remote = new Map<string, Fields[]>();
  const types = new Map<string, string>();
  const receipts: ToldReceipt[] = [];
  let signals = 0;
  let outcome: SnakeKeys<ProposalOutcome> | undefined;
  for (const event of events ?? []) {
    const { details } = event.markerRecordedEventAttributes ?? {};
    const type = decode(details?.['data'])?.['activity_type'];
    const result = decode(details?.['result']);
    if (typeof type === 'string' && result !== undefined) {
      local.set(type, [...(local.get(type) ?? []), result]);
      receipts.push(...receiptsIn(type, result));
    }
    if (event.workflowExecutionSignaledEventAttributes) signals += 1;
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled) types.set(String(event.eventId), scheduled.activityType?.name ?? '');
    const completed = event.activityTaskCompletedEventAttributes;
    if (completed) {
      const name = types.get(String(completed.scheduledEventId)) ?? '';
      const answer = decode(completed.result);
      if (answer !== undefined) remote.set(name, [...(remote.get(name) ?? []), answer]);
    }
    const ended = event.workflowExecutionCompletedEventAttributes;
    if (ended) outcome = decode(ended.result) as unknown as SnakeKeys<ProposalOutcome>;
  }
  return { id, status: described.status.name, outcome, signals, receipts, local, remote };
}
