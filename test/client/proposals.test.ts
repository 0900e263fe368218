import { describe, expect, it } from '@jest/globals';
import {
  ServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { createProposalClient } from '../../src/client/proposals.js';
import type { TemporalClient } from '../../src/client/connect.js';
import type { ProposalOutcome } from '../../src/contract/messages.js';
import type { SnakeKeys } from '../../src/domain/text/key-case.js';
import { aDocument } from '../support/proposals/proposals.js';

const id = 'janus-0123456789ab';
const message = { decision: 'approve', by: 'alice', digest: 'f'.repeat(64) } as const;

/** As the SDK does: the error of the transport inside one of its own. */
const grpc = (code: number) => new ServiceError('Failed', { cause: Object.assign(new Error('x'), { code, details: '', metadata: {} }) });
const gone = () => new WorkflowNotFoundError('not found', id, undefined);

interface Handle {
  query?: () => Promise<unknown>;
  executeUpdate?: (...args: unknown[]) => Promise<unknown>;
  result?: () => Promise<unknown>;
  describe?: () => Promise<unknown>;
  fetchHistory?: () => Promise<unknown>;
}

interface Fake {
  readonly handle?: Handle;
  readonly start?: (type: string, options: Record<string, unknown>) => Promise<unknown>;
  readonly list?: () => AsyncIterable<unknown>;
  readonly trigger?: () => Promise<void>;
}

function clientOf({ handle = {}, start = async () => undefined, list, trigger }: Fake = {}) {
  const client = {
    withDeadline: (_: number, call: () => Promise<unknown>) => call(),
    workflow: { getHandle: (workflowId: string) => ({ workflowId, ...handle }), start, list },
    schedule: { getHandle: () => ({ trigger, describe: async () => ({ info: { recentActions: [], runningActions: [] } }) }) },
  };
  const temporal = { client, namespace: 'default', address: 'x', close: async () => undefined } as unknown as TemporalClient;
  return createProposalClient({ temporal, vessel: 'v', approvalSeconds: 3_600 });
}

const rejects = (problem: Error) => () => Promise.reject(problem);

describe('errors of the server, in words', () => {
  it.each([
    { name: 'no such proposal', error: gone(), code: 'PROPOSAL_NOT_FOUND', message: `there is no proposal ${id}` },
    { name: 'nobody polls', error: grpc(9), code: 'TIMEOUT', message: 'no worker answered' },
    { name: 'nobody answers in time', error: grpc(4), code: 'TIMEOUT', message: 'no worker answered' },
    { name: 'the call was given up', error: grpc(1), code: 'TIMEOUT', message: 'no worker answered' },
    { name: 'the server went away', error: grpc(14), code: 'TEMPORAL_UNREACHABLE', message: 'not reachable' },
    { name: 'the server lets nobody in', error: grpc(16), code: 'NOT_PERMITTED', message: 'does not let this client in' },
  ])('$name: $code', async ({ error, code, message: words }) => {
    const view = clientOf({ handle: { query: rejects(error) } }).view(id);
    await expect(view).rejects.toMatchObject({ code, message: expect.stringContaining(words), next: expect.any(String) });
  });

  it.each([
    { name: 'list', call: () => clientOf({ list: rejecting(grpc(14)) }).list({ all: true, limit: 1 }) },
    { name: 'a prefix', call: () => clientOf({ list: rejecting(grpc(14)) }).resolveId('012345') },
    { name: 'think', call: () => clientOf({ trigger: rejects(grpc(14)) }).think() },
    { name: 'history', call: () => clientOf({ handle: { fetchHistory: rejects(grpc(14)) } }).history(id) },
    { name: 'propose', call: () => clientOf({ start: rejects(grpc(14)) }).propose(aDocument()) },
  ])('$name says it too when the server is away', async ({ call }) => {
    await expect(call()).rejects.toMatchObject({ code: 'TEMPORAL_UNREACHABLE' });
  });

  it('what nobody expects stays what it is', async () => {
    const bug = new TypeError('x');
    await expect(clientOf({ handle: { query: rejects(bug) } }).view(id)).rejects.toBe(bug);
  });
});

it.each([null, {}, 'text', { proposal_id: 'janus-ffffffffffff' }, { proposal_id: `${id}\u001b[2J` }])(
  'a workflow that calls itself something else is not believed: %j (spec A5)',
  async (answer) => {
    await expect(clientOf({ handle: { query: async () => answer } }).view(id)).rejects.toMatchObject({ code: 'CONFLICT' });
  },
);

it('a view speaks camelCase, whatever the wire speaks, but for the document (spec P1)', async () => {
  const query = async () => ({ proposal_id: id, plan: { dry_run: false }, document: { tool_name: 'df' } });
  expect(await clientOf({ handle: { query } }).view(id)).toEqual({
    proposalId: id,
    plan: { dryRun: false },
    document: { tool_name: 'df' },
  });
});

function rejecting(error: Error) {
  // eslint-disable-next-line require-yield
  return async function* () {
    throw error;
  };
}

describe('decide (spec A1)', () => {
  const running = async () => ({ status: { name: 'RUNNING' } });
  const completed = async () => ({ status: { name: 'COMPLETED' } });
  const outcome: SnakeKeys<ProposalOutcome> = {
    proposal_id: id,
    status: 'rejected',
    reason: 'no',
    decided_by: 'bob\u202e',
    decided_at: '2026-01-02T03:00:00.000Z',
    ended_at: '2026-01-02T03:00:01.000Z',
  };

  it('gives the answer of the proposal', async () => {
    const answer = { accepted: true, code: 'ACCEPTED', message: '', status: 'approved' };
    const sent: unknown[] = [];
    const executeUpdate = async (...args: unknown[]) => (sent.push(args), answer);
    expect(await clientOf({ handle: { executeUpdate } }).decide(id, message)).toBe(answer);
    expect(sent).toEqual([['decide', { args: [message] }]]);
  });

  it('too late: who decided, what and when', async () => {
    const handle = { executeUpdate: rejects(gone()), describe: completed, result: async () => outcome };
    expect(await clientOf({ handle }).decide(id, message)).toEqual({
      accepted: false,
      code: 'LATE',
      status: 'rejected',
      message: 'it has ended already: rejected at 2026-01-02T03:00:01.000Z, decided by bob\u202e at 2026-01-02T03:00:00.000Z',
    });
  });

  it.each([
    {
      name: 'ended from outside',
      handle: {
        executeUpdate: rejects(gone()),
        describe: completed,
        result: rejects(new WorkflowFailedError('failed', new Error('terminated'), 'NON_RETRYABLE_FAILURE' as never)),
      },
      code: 'CONFLICT',
      words: 'ended from outside: terminated',
    },
    {
      name: 'never existed',
      handle: { executeUpdate: rejects(gone()), describe: rejects(gone()) },
      code: 'PROPOSAL_NOT_FOUND',
      words: 'there is no proposal',
    },
    {
      name: 'no worker: it may still count',
      handle: { executeUpdate: rejects(grpc(4)), describe: running },
      code: 'TIMEOUT',
      words: 'may still count',
    },
    {
      name: 'malformed',
      handle: { executeUpdate: rejects(new WorkflowUpdateFailedError('failed', ApplicationFailure.create({ message: 'by is missing' }))) },
      code: 'USAGE',
      words: 'by is missing',
    },
  ])('$name: $code', async ({ handle, code, words }) => {
    await expect(clientOf({ handle }).decide(id, message)).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
  });
});

describe('propose', () => {
  it('starts the workflow under the id of the proposal, with what lists need (spec O2)', async () => {
    const starts: [string, Record<string, unknown>][] = [];
    const { proposal_id: _, ...draft } = aDocument();
    const made = await clientOf({ start: async (...args) => void starts.push(args) }).propose(draft);
    expect(made).toMatch(/^janus-[0-9a-f]{12}$/);
    expect(starts).toEqual([
      [
        'proposalWorkflow',
        expect.objectContaining({ workflowId: made, taskQueue: 'v.brain', memo: { why: expect.stringContaining('The operator wants') } }),
      ],
    ]);
  });

  it('twice the same idea is two proposals, twice the same proposal is one (spec P3)', async () => {
    const { proposal_id: _, ...draft } = aDocument();
    const client = clientOf();
    expect(await client.propose(draft)).not.toBe(await client.propose(draft));
    const again = clientOf({ start: rejects(new WorkflowExecutionAlreadyStartedError('started', id, 'proposalWorkflow')) });
    await expect(again.propose(aDocument())).rejects.toMatchObject({ code: 'CONFLICT', message: `${id} was proposed before` });
  });
});

describe('resolveId', () => {
  it('a whole id needs no look at the server', async () => {
    expect(await clientOf().resolveId('0123456789AB')).toBe(id);
  });

  it('what is no reference never reaches the server', async () => {
    await expect(clientOf().resolveId("x' OR '1'='1")).rejects.toMatchObject({ code: 'USAGE' });
  });
});
