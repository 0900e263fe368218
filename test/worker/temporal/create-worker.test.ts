import { expect, it } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { createBrainWorker } from '../../../src/worker/temporal/create-worker.js';
import { startTestServer } from '../../support/bench/server.js';
import { closeAtTheEnd } from '../../support/closing.js';

/** Its own 5 s end the process on Node 20, wherever a machine stood still or was busy in the middle of a call. */
it('gives a call into a workflow a time that no flood reaches (spec A1)', async () => {
  const server = await startTestServer('time-skipping');
  closeAtTheEnd(() => server.close());
  const worker = await createBrainWorker(
    {
      connection: server.environment.nativeConnection,
      namespace: server.namespace,
      vessel: 'test',
      host: 'here',
      identity: 'test',
      bundle: { codePath: fileURLToPath(new URL('../../../dist/workflow-bundle.js', import.meta.url)) },
      payloadConverterPath: '',
    },
    {} as Parameters<typeof createBrainWorker>[1],
  );
  await worker.runUntil(Promise.resolve());
  // The SDK does not declare the option: a version that no longer takes it fails here.
  expect(worker.options).toMatchObject({ isolateExecutionTimeoutMs: 60_000 });
});
