import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeAll, expect, it } from '@jest/globals';
import { startEgress } from '../../src/adapters/egress/egress-server.js';
import { loadConfig } from '../../src/config/load.js';
import { closeAtTheEnd } from '../support/closing.js';
import { aScript } from '../support/sandbox/actions.js';
import { fakeOutside, somewhere } from '../support/sandbox/egress.js';
import { until } from '../support/until.js';
import type { DevServer } from '../support/vessel/dev-server.js';
import { openDevServer } from '../support/vessel/dev-server.js';
import { openVessel } from '../support/vessel/vessel.js';

const host = 'api.example.org';

let server: DevServer;
beforeAll(async () => {
  server = await openDevServer();
});

/** The other side of the network, on a port of this machine. */
async function openSite(): Promise<number> {
  const site = createServer((_, response) => response.end('hello\n')).listen(0, '127.0.0.1');
  closeAtTheEnd(async () => void site.close());
  await once(site, 'listening');
  return (site.address() as AddressInfo).port;
}

/** A vessel whose egress process has a network of the test's own. */
async function aVessel() {
  const vessel = await openVessel(server, { agent: { security: { network: { allowed_domains: [host] } } } });
  await writeFile(join(vessel.home, 'policy.json'), '{ "allow_network": true }\n');
  const { paths } = loadConfig({ env: { JANUS_HOME: vessel.home }, cwd: '/' });
  const outside = fakeOutside({ [host]: [[somewhere]] });
  outside.ports.plain = await openSite();
  const egress = await startEgress({ controlSocket: paths.egressControl, socketsFolder: paths.egressSockets, network: outside });
  closeAtTheEnd(() => egress.close());
  await vessel.startWorker();
  return { vessel, outside };
}

it('where no resolver answers, what needs the network waits, the rest goes on, and all of it goes on when one does (spec G4)', async () => {
  const { vessel, outside } = await aVessel();
  const { resolve } = outside;
  outside.resolve = async () => {
    throw Object.assign(new Error('getaddrinfo EAI_AGAIN'), { code: 'EAI_AGAIN' });
  };
  const asks = (name: string) => ({
    ...aScript('unused'),
    rationale: `A proposal that needs the network, named ${name}, has to wait while there is none.`,
    action_type: 'web_research',
    tool_name: 'curl',
    tool_args: ['-s', `http://${host}/${name}`],
    network_domains: [host],
    expect: { stdout_contains: ['hello'] },
  });
  const approved = async (proposal: Readonly<Record<string, unknown>>) => {
    const id = await vessel.propose(proposal);
    await vessel.approve(id);
    return id;
  };
  // What goes out first finds that there is no network.
  await vessel.reaches(await approved(asks('first')), 'rolled_back');
  const waits = await approved(asks('second'));
  const shown = await until('it waits', async () => {
    const { stdout } = await vessel.ubos(['proposals', 'show', waits]);
    return stdout.includes('waits at the gate') ? stdout : undefined;
  });
  expect(shown.replaceAll(/\s+/g, ' ')).toMatch(/It waits at the gate, until \d{4}-\S+Z at the latest: offline/);
  expect(JSON.parse((await vessel.ubos(['controls', '--json'])).stdout)).toMatchObject({ now: { offline: true } });
  await vessel.reaches(await approved(aScript('echo ran')), 'completed');
  outside.resolve = resolve;
  await vessel.reaches(waits, 'completed');
  const told = await until('both are on record', async () => {
    const events = (await vessel.records('mission_log')).map(({ event_type: type }) => type).filter((type) => type.startsWith('network_'));
    return events.length >= 2 ? events : undefined;
  });
  expect(told).toEqual(['network_offline', 'network_online']);
});
