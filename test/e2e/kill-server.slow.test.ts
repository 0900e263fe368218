import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { checkChain } from '../support/trail/check-chain.js';
import { aScript } from '../support/sandbox/actions.js';
import type { DevServer } from '../support/vessel/dev-server.js';
import { openDevServer } from '../support/vessel/dev-server.js';
import { processesWith } from '../support/sandbox/processes.js';
import { until } from '../support/until.js';
import type { Vessel } from '../support/vessel/vessel.js';
import { openVessel } from '../support/vessel/vessel.js';
import { workspaceBelow } from '../support/workspaces.js';

describe('kill -9 of the Temporal server (spec A2, Q4g)', () => {
  let server: DevServer;
  let vessel: Vessel;
  beforeAll(async () => {
    server = await openDevServer();
    vessel = await openVessel(server, { agent: { harness: { max_concurrency: 8 } } });
    await vessel.startWorker();
  });

  it('loses nothing: what waits still waits, what ran has run once, what runs is reported when the server is back', async () => {
    const waiting = await vessel.propose(aScript('echo ran >> trace'));
    const { deadline } = await vessel.view(waiting);
    const running = await vessel.propose(aScript('echo ran >> trace; sleep 6'));
    await vessel.approve(running);
    await until('it runs', () => (processesWith('sleep 6').length > 0 ? true : undefined));
    await server.kill();
    await until('it ends while there is no server', () => (processesWith('sleep 6').length === 0 ? true : undefined));
    const unreachable = await vessel.ubos(['proposals', 'list']);
    expect(unreachable).toMatchObject({ exitCode: 69, stdout: '' });
    expect(unreachable.stderr).toContain('npm start');
    await server.restart();
    expect(await vessel.reaches(waiting, 'proposed')).toMatchObject({ deadline });
    await vessel.reaches(running, 'completed');
    expect(await readFile(join(workspaceBelow(join(vessel.home, 'workspaces'), running), 'trace'), 'utf8')).toBe('ran\n');
    expect(await vessel.approve(waiting, '--wait')).toMatchObject({ exitCode: 0 });
    expect(await checkChain(join(vessel.home, 'proposals.jsonl'))).toMatchObject({ ok: true });
  });
});
