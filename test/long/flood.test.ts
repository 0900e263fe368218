import { beforeAll, describe, expect, it } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import type { TemporalClient } from '../../src/client/connect.js';
import { connect } from '../../src/client/connect.js';
import { createProposalClient } from '../../src/client/proposals.js';
import { loadTemporalConnection } from '../../src/client/temporal-connection.js';
import { JanusError } from '../../src/domain/errors.js';
import { closeAtTheEnd } from '../support/closing.js';
import { aScript } from '../support/sandbox/actions.js';
import { openDevServer } from '../support/vessel/dev-server.js';
import type { Vessel, WorkerProcess } from '../support/vessel/vessel.js';
import { openVessel } from '../support/vessel/vessel.js';

const signals = 10_000;
const lanes = 32;

/** As many as the server takes; returns how many that were. */
async function flood(client: Client, id: string, count = signals): Promise<number> {
  let [sent, taken] = [0, 0];
  const lane = async () => {
    while (sent < count) {
      sent += 1;
      const message = { by: 'flood', digest: 'f'.repeat(64) };
      const refused: unknown = await client.workflow
        .getHandle(id)
        .signal('approve', message)
        .catch((error: unknown) => error);
      if (refused === undefined) taken += 1;
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return taken;
}

const isUnanswered = (error: unknown) => error instanceof JanusError && error.code === 'TIMEOUT';

/**
 * Says something about a proposal again and again, until it is told to stop; resolves with the longest wait for an answer, in milliseconds. Who
 * gets none in time asks once more, and has waited for both: a start may take longer than the patience of a client, on a busy machine.
 */
function keepAsking(temporal: TemporalClient, vessel: string, id: string): () => Promise<number> {
  const proposals = createProposalClient({ temporal, vessel, approvalSeconds: 86_400 });
  let [isOver, longest] = [false, 0];
  const asking = (async () => {
    while (!isOver) {
      const began = performance.now();
      const ask = () => proposals.decide(id, { decision: 'approve', by: 'bob', digest: '0'.repeat(64) });
      for (let isAnswered = false; !isAnswered;)
        isAnswered = await ask().then(
          () => true,
          (error: unknown) => {
            if (!isUnanswered(error)) throw error;
            return false;
          },
        );
      longest = Math.max(longest, performance.now() - began);
    }
  })();
  return async () => {
    isOver = true;
    await asking;
    return longest;
  };
}

describe('10,000 signals from 32 lanes, on a server that takes them all', () => {
  let vessel: Vessel;
  let worker: WorkerProcess;
  let client: Client;
  let temporal: TemporalClient;
  let other: string;
  beforeAll(async () => {
    const server = await openDevServer({ signalsMax: signals });
    vessel = await openVessel(server);
    worker = await vessel.startWorker();
    temporal = await connect(loadTemporalConnection({}, vessel.home), { refusalsMax: 1 });
    closeAtTheEnd(() => temporal.close());
    const connection = await Connection.connect({ address: server.address });
    closeAtTheEnd(() => connection.close());
    client = new Client({ connection });
    other = await vessel.propose(aScript('echo calm'));
  });

  it('end their proposal, and another is answered within 2 s throughout (spec A1, Q4)', async () => {
    const flooded = await vessel.propose(aScript('echo flooded'));
    const stopAsking = keepAsking(temporal, vessel.id, other);
    expect(await flood(client, flooded)).toBeGreaterThan(1_000);
    await vessel.reaches(flooded, 'rejected');
    expect(await stopAsking()).toBeLessThan(2_000);
  });

  it('do so when they are all there at the start of a worker, at once (spec A1, Q4)', async () => {
    const flooded = await vessel.propose(aScript('echo flooded'));
    await worker.stop();
    // How long a start keeps others waiting on this machine, just now, with nothing to do.
    worker = await vessel.startWorker();
    const stopCalm = keepAsking(temporal, vessel.id, other);
    await vessel.reaches(flooded, 'proposed');
    // A look of its own may get no answer in time either, where a start takes long: who looks looks again.
    await vessel.reaches(other, 'proposed');
    const calm = await stopCalm();
    await worker.stop();
    expect(await flood(client, flooded)).toBe(signals);
    worker = await vessel.startWorker();
    const stopAsking = keepAsking(temporal, vessel.id, other);
    await vessel.reaches(flooded, 'rejected');
    // Half a second on a quiet machine; with promises for each signal it was ten and more, whatever a start took.
    expect(await stopAsking()).toBeLessThan(2_000 + 5 * calm);
  });
});

describe('a server that npm start or a test started (spec A1)', () => {
  it('takes 2,000 signals for one proposal, and refuses what comes after', async () => {
    const { address } = await openDevServer();
    const connection = await Connection.connect({ address });
    closeAtTheEnd(() => connection.close());
    const bare = new Client({ connection });
    await bare.workflow.start('nobodyRunsIt', { taskQueue: 'nobody', workflowId: 'flooded' });
    expect(await flood(bare, 'flooded', 2_100)).toBe(2_000);
  });
});
