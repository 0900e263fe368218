import { expect, it } from '@jest/globals';
import { startTestServer } from '../support/bench/server.js';
import { cycleWorkers } from '../support/bench/worker-cycles.js';
import { closeAtTheEnd } from '../support/closing.js';

it('leaks no permit in a thousand starts and ends of workers in one process (spec G2)', async () => {
  const server = await startTestServer('time-skipping');
  closeAtTheEnd(() => server.close());
  expect(await cycleWorkers(server, 1_000)).toBe(0);
}, 1_800_000);
