import { describe, expect, it } from '@jest/globals';
import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import fc from 'fast-check';
import { nearestDeadlines, pageMax } from '../../src/client/nearest-deadlines.js';
import { searchAttributes } from '../../src/contract/search-attributes.js';

const now = Date.UTC(2026, 0, 2);
const hour = 3_600_000;

/** A store that knows windows over deadlines and, as servers do, nothing of order: the last that was started comes first. */
function store(deadlines: readonly (number | undefined)[]) {
  let [calls, listedRows] = [0, 0];
  const matching = (query: string) => {
    const [, from, to] = /JanusDeadline >= '([^']+)' AND JanusDeadline < '([^']+)'/.exec(query) ?? [];
    calls += 1;
    if (query.includes('JanusDeadline IS NULL')) return deadlines.filter((each) => each === undefined);
    if (from === undefined || to === undefined) return [...deadlines];
    return deadlines.filter((each) => each !== undefined && each >= Date.parse(from) && each < Date.parse(to));
  };
  const toInfo = (deadline: number | undefined) => ({
    workflowId: String(deadline),
    typedSearchAttributes: new TypedSearchAttributes(
      deadline === undefined ? [] : [{ key: searchAttributes.deadline, value: new Date(deadline) }],
    ),
  });
  const workflow = {
    count: async (query: string) => ({ count: matching(query).length }),
    async *list({ query }: { query: string }) {
      for (const each of matching(query).toReversed()) {
        listedRows += 1;
        yield toInfo(each) as unknown as WorkflowExecutionInfo;
      }
    },
  };
  return { client: { workflow } as unknown as Client, calls: () => calls, listedRows: () => listedRows };
}

async function pagesOf(client: Client, limit: number) {
  const pages: number[][] = [];
  for await (const page of nearestDeadlines({
    client,
    query: 'Q',
    isOurs: ({ workflowId: id }) => !id.startsWith('foreign'),
    limit,
    now,
    usually: 24 * hour,
  }))
    pages.push(page.map(({ typedSearchAttributes: attributes }) => attributes.get(searchAttributes.deadline)?.getTime() ?? Infinity));
  return pages;
}

const truth = (deadlines: readonly (number | undefined)[], limit: number) =>
  deadlines
    .map((each) => each ?? Infinity)
    .sort((a, b) => a - b)
    .slice(0, limit);

describe('the nearest deadlines (spec U1)', () => {
  const burst = Array.from({ length: 10_000 }, (_, index) => now + 23.9 * hour + index * 30);
  const cases: Readonly<Record<string, readonly (number | undefined)[]>> = {
    'a burst, and one among them that expires in twenty minutes': burst.with(5_000, now + hour / 3),
    'spread over a day': Array.from({ length: 10_000 }, (_, index) => now + ((index * 7_919) % 10_000) * 8_640),
    'overdue, soon, late and extended far': Array.from(
      { length: 1_200 },
      (_, index) => now + (index % 4 === 0 ? -1 : index % 4) * 40 * hour + index * 977,
    ),
    'all at one moment': Array.from({ length: 700 }, () => now + hour),
    'without any': Array.from({ length: 120 }, () => undefined),
  };

  it.each(Object.entries(cases))('come first, with few questions: %s', async (_, deadlines) => {
    const { client, calls, listedRows } = store(deadlines);
    expect((await pagesOf(client, 100)).flat()).toEqual(truth(deadlines, 100));
    expect(calls()).toBeLessThanOrEqual(64);
    expect(listedRows()).toBeLessThanOrEqual(Math.max(150, deadlines === cases['all at one moment'] ? 700 : 0));
  });

  it('come page by page when all are asked for, each once', async () => {
    const deadlines = cases['a burst, and one among them that expires in twenty minutes']!;
    const { client } = store(deadlines);
    const pages = await pagesOf(client, 10_000);
    expect(pages.flat()).toEqual(truth(deadlines, 10_000));
    expect(Math.max(...pages.map((page) => page.length))).toBeLessThanOrEqual(pageMax * 1.5);
  });

  it("of others take nobody's place", async () => {
    const deadlines = Array.from({ length: 600 }, (_, index) => now + index * 1_000);
    const { client } = store(deadlines);
    const { list } = client.workflow as unknown as { list: (options: { query: string }) => AsyncIterable<{ workflowId: string }> };
    Object.assign(client.workflow, {
      async *list(options: { query: string }) {
        for await (const info of list(options)) yield Number(info.workflowId) < now + 300_000 ? { ...info, workflowId: 'foreign' } : info;
      },
    });
    expect((await pagesOf(client, 100)).flat()).toEqual(deadlines.slice(300, 400));
  });

  it('are not hidden by a page of others that have none', async () => {
    const deadlines = [now + hour, now + 2 * hour, ...Array.from({ length: 400 }, () => undefined)];
    expect((await pagesOf(store(deadlines).client, 100)).flat().slice(0, 2)).toEqual([now + hour, now + 2 * hour]);
  });

  it('of anything are right', async () => {
    const deadline = fc.oneof(
      fc.constant(undefined),
      fc.integer({ min: -300 * 24, max: 900 * 24 }).map((hours) => now + hours * hour),
      fc.integer({ min: 0, max: 3_000 }).map((milliseconds) => now + hour + milliseconds),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(deadline, { maxLength: 900 }), fc.integer({ min: 1, max: 1_000 }), async (deadlines, limit) => {
        expect((await pagesOf(store(deadlines).client, limit)).flat()).toEqual(truth(deadlines, limit));
      }),
      { numRuns: 150 },
    );
  });
});
