import type { Client } from '@temporalio/client';
import { describe, expect, it } from '@jest/globals';
import { untilPolling } from '../../../src/worker/temporal/until-polling.js';

/** A server that answers each question about a queue with the next of its words: identities that poll, or an error. */
function server(words: Readonly<Record<string, readonly (readonly string[] | Error)[]>>) {
  const asked: Record<string, number> = {};
  const describeTaskQueue = async ({ taskQueue, taskQueueType }: { taskQueue: { name: string }; taskQueueType: number }) => {
    const { name } = taskQueue;
    if (taskQueueType === 1) return { pollers: [] };
    const said = words[name]!;
    const word = said[Math.min(asked[name] ?? 0, said.length - 1)]!;
    asked[name] = (asked[name] ?? 0) + 1;
    if (word instanceof Error) throw word;
    return { pollers: word.map((identity) => ({ identity })) };
  };
  const client = { withDeadline: (_: number, ask: () => Promise<unknown>) => ask(), workflowService: { describeTaskQueue } };
  return { asked, client: client as unknown as Client };
}
const asking = (client: Client, signal = new AbortController().signal) =>
  untilPolling({ client, namespace: 'n', taskQueues: ['a', 'b'], identity: 'me', signal, everyMilliseconds: 1 });

describe('a worker is ready', () => {
  it('when the server names it among those that poll each of its queues, and not before (spec K2)', async () => {
    const { client, asked } = server({ a: [['me']], b: [[], new Error('away'), ['another'], ['another', 'me']] });
    expect(await asking(client)).toBe(true);
    expect(asked).toEqual({ a: 4, b: 4 });
  });

  it('never, where it is told to end before', async () => {
    const ending = new AbortController();
    const { client } = server({ a: [['me']], b: [[]] });
    const answer = asking(client, ending.signal);
    ending.abort();
    expect(await answer).toBe(false);
  });
});
