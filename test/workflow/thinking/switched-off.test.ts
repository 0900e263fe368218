import { Client } from '@temporalio/client';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { CycleReport } from '../../../src/contract/cycle.js';
import { queues, scheduleIds, workflowTypes } from '../../../src/contract/names.js';
import type { Bench } from '../../support/bench/bench.js';
import { openBench } from '../../support/bench/bench.js';
import { vessel } from '../../support/bench/knobs.js';
import { useFolders } from '../../support/folders.js';
import { loadFrom, soundAgent } from '../../support/vessel/configuration.js';
import { aCandidate, aCatalogue, answered } from '../../support/vessel/minds.js';

const folder = useFolders();
let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

it('enable_autonomous_proposals: false: not one request to a model in 24 hours, while a playbook proposes in every cycle (spec T2)', async () => {
  const { thinking } = loadFrom(folder(), { agent: `${soundAgent}thinking_cycle: { enable_autonomous_proposals: false }\n` });
  const { knobs, server } = bench;
  // Its results skip no time.
  const client = new Client({ connection: server.environment.connection, namespace: server.namespace });
  let asked = 0;
  knobs.thinking.autonomous = thinking.autonomous;
  knobs.catalogue = aCatalogue;
  // All of it still waits in the end: this server's time stands still once a child has ended that outlived its parent.
  knobs.approvalSeconds = 2 * 86_400;
  knobs.model = { ask: async () => ((asked += 1), answered([aCandidate()])) };
  const began = await server.now();
  let cycles = 0;
  // This server has no Schedules: what one would start, at the interval of the configuration, is started here.
  while ((await server.now()) - began < 24 * 3_600_000) {
    const document = bench.document('exit 0');
    const proposal = { playbookId: 'rotate', document, actionKey: 'key', approvalSeconds: knobs.approvalSeconds };
    knobs.cycle = async () => ({ metrics: { disk_usage_percent: 91 }, proposals: [proposal], skipped: [], matched: ['rotate'] });
    const report = (await client.workflow.execute(workflowTypes.thinkingCycle, {
      workflowId: `${scheduleIds.thinkingCycle(vessel)}-of-${(cycles += 1)}`,
      taskQueue: queues.brain(vessel),
      args: [bench.scheduled('thinkingCycle')],
    })) as CycleReport;
    expect(report).toMatchObject({ started: [document.proposal_id], model: { kind: 'closed', code: 'disabled' } });
    await server.environment.sleep(thinking.intervalSeconds * 1_000);
  }
  expect(cycles).toBe(24);
  expect(asked).toBe(0);
  expect((await bench.missionLog()).filter(({ event_type: type }) => type === 'model_called')).toEqual([]);
});
