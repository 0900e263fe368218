import { beforeAll, describe, expect, it } from '@jest/globals';
import { aScript } from '../support/sandbox/actions.js';
import type { DevServer } from '../support/vessel/dev-server.js';
import { openDevServer } from '../support/vessel/dev-server.js';
import { openVessel } from '../support/vessel/vessel.js';

describe('debug.workflow_stacks', () => {
  let server: DevServer;
  beforeAll(async () => {
    server = await openDevServer();
  });

  /** What Temporal's own query answers about one that waits, and what the worker lived through meanwhile. */
  async function stackOf(agent: Readonly<Record<string, Readonly<Record<string, unknown>> | string>>) {
    const vessel = await openVessel(server, { agent });
    await vessel.startWorker();
    const id = await vessel.propose(aScript('true', { risk_level: 'low', rollback: [] }));
    await vessel.reaches(id, 'proposed');
    const { stdout, stderr } = await vessel.temporal(['workflow', 'stack', '--workflow-id', id]);
    await vessel.approve(id);
    expect(await vessel.reaches(id, 'completed')).toMatchObject({ status: 'completed' });
    return `${stdout}\n${stderr}`;
  }

  it('on: __stack_trace names the line where a proposal waits', async () => {
    const said = await stackOf({ vessel_id: 'stacks-on', debug: { workflow_stacks: true } });
    expect(said).toMatch(/awaitVerdict .*deciding\.[jt]s:\d+/);
  });

  it('off, as it is unless somebody says so: the query says that there are none, and all else is as ever', async () => {
    const said = await stackOf({ vessel_id: 'stacks-off' });
    expect(said).toContain('stack traces are not enabled');
    expect(said).not.toContain('deciding');
  });
});
