import { describe, expect, it } from '@jest/globals';
import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import { countedStates, countProposals, findIds, listProposals, queryFor } from '../../src/client/listing.js';
import { idOf } from '../support/trail/ledgers.js';
import { searchAttributes } from '../../src/contract/search-attributes.js';

interface Fake {
  readonly client: Client;
  readonly queries: { readonly query?: string; readonly pageSize?: number }[];
}

/** A visibility store that answers everything with the same runs. */
function store(runs: readonly Partial<WorkflowExecutionInfo>[]): Fake {
  const queries: Fake['queries'] = [];
  const workflow = {
    async *list(options: { query?: string; pageSize?: number }) {
      queries.push(options);
      yield* runs;
    },
    count: async (query: string) => {
      queries.push({ query });
      return { count: runs.length, groups: [] };
    },
  };
  return { client: { workflow } as unknown as Client, queries };
}

const of = (client: Client) => ({ client, vessel: 'v', now: () => start.getTime(), approvalSeconds: 86_400 });

const start = new Date('2026-01-02T03:00:00.000Z');

function aRun(id: string, change: { status?: string; state?: string; deadline?: string; memo?: Record<string, unknown> } = {}) {
  const { status = 'RUNNING', state, deadline, memo } = change;
  return {
    workflowId: id,
    status: { name: status, code: 0 } as unknown as WorkflowExecutionInfo['status'],
    startTime: start,
    ...(status !== 'RUNNING' && { closeTime: new Date('2026-01-02T04:00:00.000Z') }),
    ...(memo && { memo }),
    typedSearchAttributes: new TypedSearchAttributes([
      ...(state === undefined ? [] : [{ key: searchAttributes.state, value: state }]),
      ...(deadline === undefined ? [] : [{ key: searchAttributes.deadline, value: new Date(deadline) }]),
    ]),
  };
}

describe('queryFor', () => {
  const base = "WorkflowType = 'proposalWorkflow' AND TaskQueue = 'v.brain'";
  it.each([
    { filter: { all: false }, query: `${base} AND ExecutionStatus = 'Running'` },
    { filter: { all: true }, query: base },
    { filter: { all: false, state: 'proposed' }, query: `${base} AND JanusState = 'proposed' AND ExecutionStatus = 'Running'` },
    { filter: { all: true, state: 'proposed' }, query: `${base} AND JanusState = 'proposed' AND ExecutionStatus = 'Running'` },
    { filter: { all: false, state: 'rolled_back' }, query: `${base} AND JanusState = 'rolled_back'` },
  ] as const)('$filter', ({ filter, query }) => {
    expect(queryFor('v', filter)).toBe(query);
  });

  it('a quote in the name of a vessel stays inside its text', () => {
    expect(queryFor("x' OR '1", { all: true })).toContain("TaskQueue = 'x\\' OR \\'1.brain'");
    expect(queryFor("x\\' OR '1", { all: true })).toContain("TaskQueue = 'x\\\\\\' OR \\'1.brain'");
  });
});

describe('listProposals', () => {
  it('reads the visibility store alone, once', async () => {
    const { client, queries } = store([aRun(idOf(10), { state: 'proposed', memo: { why: 'because' } }), aRun(idOf(11))]);
    const found = await listProposals(of(client), { all: true, limit: 100 });
    expect(queries).toHaveLength(1);
    expect(found).toEqual([
      expect.objectContaining({
        proposalId: idOf(10),
        status: 'proposed',
        summary: 'because',
        startedAt: start.toISOString(),
        endedAt: null,
      }),
      expect.objectContaining({ proposalId: idOf(11), status: 'proposed', riskLevel: 'unknown', summary: '', deadline: null }),
    ]);
  });

  it.each([
    { status: 'RUNNING', state: 'executing', shown: 'executing' },
    { status: 'COMPLETED', state: 'rolled_back', shown: 'rolled_back' },
    { status: 'TERMINATED', state: 'proposed', shown: 'terminated' },
    { status: 'FAILED', state: 'executing', shown: 'failed' },
  ])('$status in state $state is shown as $shown', async ({ status, state, shown }) => {
    const [first] = await listProposals(of(store([aRun(idOf(10), { status, state })]).client), { all: true, limit: 1 });
    expect(first?.status).toBe(shown);
  });

  it('the nearest deadline comes first where all wait, the order of the server is kept elsewhere', async () => {
    const runs = [aRun(idOf(12), { deadline: '2026-01-04T00:00:00Z' }), aRun(idOf(13), { deadline: '2026-01-03T00:00:00Z' })];
    const ids = async (all: boolean) => (await listProposals(of(store(runs).client), { all, limit: 9 })).map((each) => each.proposalId);
    expect([await ids(false), await ids(true)]).toEqual([
      [idOf(13), idOf(12)],
      [idOf(12), idOf(13)],
    ]);
  });

  it('stops at the limit, and asks for no larger pages than it needs', async () => {
    const { client, queries } = store(Array.from({ length: 5 }, (_, index) => aRun(idOf(index))));
    expect(await listProposals(of(client), { all: true, limit: 2 })).toHaveLength(2);
    expect(queries[0]?.pageSize).toBe(2);
  });

  it('knows nothing under a name that no proposal has: whoever reaches the server starts workflows under any (spec A5)', async () => {
    const runs = ['janus-\u001b[2J', `${idOf(1)}\nCOMMANDS:`, `${idOf(1)}-review-review`, `${idOf(2)}-review`, idOf(3)].map((id) =>
      aRun(id),
    );
    const found = await listProposals(of(store(runs).client), { all: true, limit: 9 });
    expect(found.map(({ proposalId }) => proposalId)).toEqual([`${idOf(2)}-review`, idOf(3)]);
    expect(await findIds(store(runs).client, 'v', undefined)).toEqual([`${idOf(2)}-review`]);
  });

  it('a memo that somebody else wrote is no summary unless it is text', async () => {
    const [first] = await listProposals(of(store([aRun(idOf(10), { memo: { why: { evil: true } } })]).client), { all: true, limit: 1 });
    expect(first?.summary).toBe('');
  });
});

describe('findIds', () => {
  it('looks for a prefix, and for at most nine', async () => {
    const { client, queries } = store(Array.from({ length: 30 }, (_, index) => aRun(idOf(index))));
    expect(await findIds(client, 'v', 'janus-012345')).toHaveLength(9);
    expect(queries[0]?.query).toContain("WorkflowId STARTS_WITH 'janus-012345'");
  });

  it('takes the first that the server names as the latest', async () => {
    expect(await findIds(store([aRun(idOf(10)), aRun(idOf(11))]).client, 'v', undefined)).toEqual([idOf(10)]);
  });
});

it('countProposals asks the server to count each state, and only runs that run for those that have not ended', async () => {
  const { client, queries } = store([]);
  const counts = await countProposals(client, 'v');
  expect(Object.keys(counts)).toEqual(countedStates);
  const running = queries.filter(({ query }) => query?.includes("ExecutionStatus = 'Running'") === true);
  expect(running).toHaveLength(['proposed', 'approved', 'suspended', 'executing', 'indeterminate'].length);
});
