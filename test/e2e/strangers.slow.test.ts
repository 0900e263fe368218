import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { aScript } from '../support/sandbox/actions.js';
import type { DevServer } from '../support/vessel/dev-server.js';
import { openDevServer } from '../support/vessel/dev-server.js';
import type { Vessel } from '../support/vessel/vessel.js';
import { openVessel } from '../support/vessel/vessel.js';

/** The dev server has no authentication: whoever reaches its port can put a task on any queue. */
describe('a stranger who calls the activities directly (spec X5)', () => {
  let server: DevServer;
  let vessel: Vessel;
  let host: string;
  beforeAll(async () => {
    server = await openDevServer();
    vessel = await openVessel(server);
    await vessel.startWorker();
    host = (JSON.parse((await vessel.ubos(['config', 'show', '--json'])).stdout) as { host: string }).host;
  });

  const state = async () => ({
    proposals: await vessel.records(),
    tools: await vessel.records('tool_use'),
    missions: await vessel.records('mission_log'),
    ledger: await readdir(join(vessel.home, 'ledger')).catch(() => []),
    workspaces: await readdir(join(vessel.home, 'workspaces')).catch(() => []),
  });

  const call = (queue: string, type: string, input: unknown, seconds = 20) =>
    vessel.temporal([
      ...['activity', 'execute', '--activity-id', `${type}-${(calls += 1)}`, '--type', type, '--task-queue', queue],
      ...['--schedule-to-close-timeout', `${seconds}s`, '--start-to-close-timeout', '10s', '--heartbeat-timeout', '5s'],
      ...['--retry-maximum-attempts', '1', '--input', JSON.stringify(input), '-o', 'json'],
    ]);
  let calls = 0;

  it('starts nothing, claims nothing and writes no line', async () => {
    // A waiting proposal gives the stranger a real plan; what is missing is the brain's signature.
    const id = await vessel.propose(aScript('touch ran'));
    const { plan } = await vessel.view(id);
    const permit = { run: 'x', receipt: 'proposals:0:0', expires: '2099-01-01T00:00:00.000Z', signature: 'AAAA' };
    const before = await state();
    const [hands, rollback] = [`${vessel.id}.hands.${host}`, `${vessel.id}.rollback.${host}`];
    for (const input of [{}, null, { plan }, { permit, plan }, { permit: null, plan: { ...plan, proposalId: '../../etc' } }]) {
      const asked = [
        [hands, 'executeAction'],
        [rollback, 'settleAction'],
        [rollback, 'closeStart'],
        [rollback, 'probeAction'],
      ] as const;
      for (const [queue, type] of asked) {
        const { stdout, stderr } = await call(queue, type, input);
        expect(`${stdout}${stderr}`).toMatch(/PERMIT_REFUSED|unknown|no plan|no permit|not signed/);
      }
      const undo = await call(rollback, 'rollBackStep', { ...input, index: 0 });
      expect(`${undo.stdout}${undo.stderr}`).toMatch(/refused/);
    }
    expect(await state()).toEqual(before);
  });

  it('finds nobody who runs the brain’s local activities for it', async () => {
    const before = await state();
    const { exitCode } = await call(`${vessel.id}.brain`, 'recordEvents', { identity: { workflowId: 'x' }, events: [] }, 3);
    expect(exitCode).not.toBe(0);
    expect(await state()).toEqual(before);
  });

  it('learns from the mind what it would propose, and that is all', async () => {
    const before = await state();
    await call(`${vessel.id}.mind`, 'gather', { run: { workflowId: 'w', firstRunId: 'r' } });
    expect(await state()).toEqual(before);
  });
});
