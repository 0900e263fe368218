import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createModel } from '../../../src/adapters/model/create-model.js';
import type { CycleReport } from '../../../src/contract/cycle.js';
import { queues, scheduleIds, workflowTypes } from '../../../src/contract/names.js';
import type { Bench } from '../../support/bench/bench.js';
import { openBench } from '../../support/bench/bench.js';
import { freshKnobs, vessel } from '../../support/bench/knobs.js';
import { anEndpoint } from '../../support/model/endpoints.js';
import { failures } from '../../support/model/failures.js';
import { aCatalogue } from '../../support/vessel/minds.js';

let bench: Bench;
let cycles = 0;
beforeAll(async () => {
  bench = await openBench();
});
beforeEach(() => void Object.assign(bench.knobs, freshKnobs()));
afterAll(() => bench.close());

const prompt = { promptTokensMax: 4_000, outputTokensMax: 2_000, principles: [] };
const wayOut = { open: () => Promise.reject(new Error('nobody asked for a way out')) };

/** A cycle in which a playbook fires, and the model is really asked at this endpoint. */
async function think(endpoint: Awaited<ReturnType<typeof anEndpoint>>['endpoint']) {
  const document = bench.document('exit 0');
  const proposal = { playbookId: 'rotate', document, actionKey: 'key', approvalSeconds: 60 };
  bench.knobs.thinking.autonomous = true;
  bench.knobs.catalogue = aCatalogue;
  bench.knobs.cycle = async () => ({ metrics: { disk_usage_percent: 91 }, proposals: [proposal], skipped: [], matched: ['rotate'] });
  bench.knobs.model = createModel({ endpoints: [endpoint], prompt, wayOut, remoteFallback: false });
  const started = performance.now();
  const report = (await bench.server.client.workflow.execute(workflowTypes.thinkingCycle, {
    workflowId: `${scheduleIds.thinkingCycle(vessel)}-of-${(cycles += 1)}`,
    taskQueue: queues.brain(vessel),
    args: [bench.scheduled('thinkingCycle')],
  })) as CycleReport;
  return { report, playbook: document.proposal_id, milliseconds: performance.now() - started };
}

describe('a cycle whose model fails (spec T2, T3)', () => {
  it.each(failures)(
    '$name: it completes in time, the playbook has proposed, and the report says $code',
    async ({ behave, change, code }) => {
      const { endpoint } = await anEndpoint(behave, change);
      const { report, playbook, milliseconds } = await think(endpoint);
      expect(report).toMatchObject({ started: [playbook], model: { kind: 'failed', code, why: expect.stringMatching(/\w{3}/) } });
      expect(milliseconds).toBeLessThan(endpoint.timeoutMilliseconds + 5_000);
      expect(report.unrecorded).toBeUndefined();
    },
  );

  it('nobody listens, and no TLS where it is expected: the same', async () => {
    const { endpoint, server } = await anEndpoint((response) => response.end());
    const secure = { ...endpoint, baseUrl: endpoint.baseUrl.replace('http:', 'https:') };
    expect((await think(secure)).report).toMatchObject({ started: [expect.any(String)], model: { kind: 'failed', code: 'unreachable' } });
    await new Promise((resolve) => server.close(resolve));
    expect((await think(endpoint)).report).toMatchObject({ started: [expect.any(String)], model: { kind: 'failed', code: 'unreachable' } });
  });
});
