import { beforeAll, expect, it } from '@jest/globals';
import { aScript } from '../support/sandbox/actions.js';
import type { DevServer } from '../support/vessel/dev-server.js';
import { openDevServer } from '../support/vessel/dev-server.js';
import { until } from '../support/until.js';
import { openVessel } from '../support/vessel/vessel.js';

let server: DevServer;
beforeAll(async () => {
  server = await openDevServer();
});

it('what was approved waits at the gate while starts are held, show says why and until when, and it runs when they are not (spec G2)', async () => {
  const vessel = await openVessel(server);
  const worker = await vessel.startWorker();
  expect(await vessel.ubos(['controls', 'hold', '--reason', 'we look first'])).toMatchObject({ exitCode: 0 });
  const { stdout } = await vessel.ubos(['propose', '-f', '-', '--json'], { input: JSON.stringify(aScript('echo ran')) });
  const { proposal_id: id } = JSON.parse(stdout) as { proposal_id: string };
  const { digest = '' } = await vessel.view(id);
  expect(await vessel.ubos(['approve', id, '--digest', digest, '--by', 'ana'])).toMatchObject({ exitCode: 0 });
  const shown = await until('it waits at the gate', async () => {
    const { stdout: text } = await vessel.ubos(['proposals', 'show', id]);
    return text.includes('waits at the gate') ? text : undefined;
  });
  expect(shown.replaceAll(/\s+/g, ' ')).toMatch(/! It waits at the gate, until \d{4}-\S+Z at the latest: people hold every start back/);
  const controls = await vessel.ubos(['controls', '--json']);
  expect(JSON.parse(controls.stdout)).toMatchObject({ driven: true, holds: { starts: expect.stringContaining('people hold') } });
  const { order_id: standing } = (await vessel.records('mission_log')).find(
    ({ event_type: type }) => type === 'control_order',
  ) as unknown as {
    order_id: string;
  };
  const release = ['controls', 'release', standing, '--reason', 'looked'];
  expect(await vessel.ubos(release)).toMatchObject({ exitCode: 0 });
  expect((await vessel.reaches(id, 'completed')).status).toBe('completed');
  await worker.stop();
});
