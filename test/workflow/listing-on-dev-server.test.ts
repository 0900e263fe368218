import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { listPages, whatWaits } from '../../src/client/listing.js';
import { queues, workflowTypes } from '../../src/contract/names.js';
import { searchAttributes } from '../../src/contract/search-attributes.js';
import type { TestServer } from '../support/bench/server.js';
import { startTestServer } from '../support/bench/server.js';
import { until } from '../support/until.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer('dev');
});
afterAll(() => server.close());

const hour = 3_600_000;

it('lists what expires first, however many wait, as a real server understands the question (spec U1)', async () => {
  const { client } = server;
  const [vessel, count, began] = ['janus-listing', 320, Date.now()];
  // The third that was started expires first; nobody serves the queue, so all of them wait.
  const hours = (index: number) => (index === 2 ? 0.3 : 24 - (index % 7) / 100 + index / 10_000);
  const id = (index: number) => `janus-${index.toString(16).padStart(12, '0')}`;
  await Promise.all(
    Array.from({ length: count }, (_, index) =>
      client.workflow.start(workflowTypes.proposal, {
        ...{ workflowId: id(index), taskQueue: queues.brain(vessel) },
        typedSearchAttributes: [
          { key: searchAttributes.state, value: 'proposed' },
          { key: searchAttributes.deadline, value: new Date(began + hours(index) * hour) },
        ],
      }),
    ),
  );
  const settings = { client, vessel, now: Date.now, approvalSeconds: 86_400 };
  await until('all are listed', async () => ((await whatWaits(settings, [])).count === count ? true : undefined));
  expect(await whatWaits(settings, [])).toEqual({ count, nextDeadline: new Date(began + 0.3 * hour).toISOString() });
  const shown: string[] = [];
  for await (const page of listPages(settings, { all: false, limit: 300 })) shown.push(...page.map(({ proposalId }) => proposalId));
  const sorted = Array.from({ length: count }, (_, index) => index).sort((a, b) => hours(a) - hours(b));
  expect(shown).toEqual(sorted.slice(0, 300).map(id));
});
