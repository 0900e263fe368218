import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FollowedFigures } from '../../../src/adapters/egress/follow-figures.js';
import { followFigures } from '../../../src/adapters/egress/follow-figures.js';
import { startEgress } from '../../../src/adapters/egress/egress-server.js';
import type { EgressBench, FakeOutside } from '../../support/sandbox/egress.js';
import { exchange, fakeOutside, openEgressBench, somewhere } from '../../support/sandbox/egress.js';
import { until } from '../../support/until.js';

const host = 'api.example.org';
const coded = (code: string) => Object.assign(new Error(code), { code });

/** A dial that comes to this end. */
const failing = (code: string) => () => {
  const socket = new Socket();
  setImmediate(() => socket.destroy(coded(code)));
  return socket;
};
const silent = () => new Socket();

let outside: FakeOutside;
let bench: EgressBench;
let followed: FollowedFigures;
beforeEach(async () => {
  outside = fakeOutside({ [host]: [[somewhere]] });
  bench = await openEgressBench(outside, { connectMs: 50 });
  followed = followFigures(bench.controlSocket);
});
afterEach(async () => {
  followed.close();
  await bench.close();
});

const says = (figures: object) =>
  until(`egress says ${JSON.stringify(figures)}`, async () => {
    const { last } = followed;
    return last !== undefined && Object.entries(figures).every(([name, value]) => last[name as keyof typeof last] === value)
      ? last
      : undefined;
  });

async function askFor(name: string): Promise<string> {
  const uid = process.getuid?.() ?? 0;
  const lease = await bench.client.open({ action: 'a/b', domains: [name], connections: 5, bytes: 10_000, attempts: 10, uid });
  const answer = await exchange(lease.socket, [`GET http://${name}/ HTTP/1.1\r\nHost: ${name}\r\nConnection: close\r\n\r\n`]);
  await lease.close();
  return answer;
}

describe('what actions meet outside (spec G4)', () => {
  it.each([
    ['no resolver', 'EAI_AGAIN', undefined, { unreachable: 1, reached: 0 }],
    ['a name that is none', 'ENOTFOUND', undefined, { unreachable: 0, reached: 0 }],
    ['no route', undefined, failing('ENETUNREACH'), { unreachable: 1, reached: 0 }],
    ['no way to the next host', undefined, failing('EHOSTUNREACH'), { unreachable: 1, reached: 0 }],
    ['a host that refuses', undefined, failing('ECONNREFUSED'), { unreachable: 0, reached: 1 }],
    ['a host that does not answer', undefined, silent, { unreachable: 0, reached: 0 }],
  ] as const)('%s', async (_, resolver, dial, counted) => {
    if (resolver !== undefined) outside.resolve = () => Promise.reject(coded(resolver));
    if (dial !== undefined) outside.dial = dial;
    expect(await askFor(host)).toContain('50');
    // The look counts one more, so that nothing is taken for none too early.
    outside.resolve = async () => [somewhere];
    outside.dial = failing('ECONNREFUSED');
    await bench.client.look([host]);
    await says({ ...counted, reached: counted.reached + 1 });
  });

  it('a name of which one address has no route, and the other takes the connection', async () => {
    const server = createHttpServer((_, response) => response.end('x'.repeat(500))).listen(0, '127.0.0.1');
    await once(server, 'listening');
    outside.ports.plain = (server.address() as AddressInfo).port;
    const { dial } = outside;
    const first = failing('ENETUNREACH');
    outside.names[host] = [['2620:fe::fe', somewhere]];
    outside.dial = (address, port) => (address === somewhere ? dial(address, port) : first());
    expect(await askFor(host)).toContain('200 OK');
    const { bytes } = await says({ reached: 1, unreachable: 0 });
    expect(bytes).toBeGreaterThanOrEqual(500);
    server.close();
  });
});

describe('the look for whoever waits (spec G4)', () => {
  it.each([
    ['no resolver', 'EAI_AGAIN', undefined, { unreachable: 1, reached: 0 }],
    ['no route', undefined, failing('ENETUNREACH'), { unreachable: 1, reached: 0 }],
    ['a name that is none: somebody said so', 'ENOTFOUND', undefined, { unreachable: 0, reached: 1 }],
    ['a host that does not answer: there was a route', undefined, silent, { unreachable: 0, reached: 1 }],
  ] as const)('%s', async (_, resolver, dial, counted) => {
    if (resolver !== undefined) outside.resolve = () => Promise.reject(coded(resolver));
    if (dial !== undefined) outside.dial = dial;
    expect(await bench.client.look(['*.example.com', host])).toBe(true);
    await says(counted);
  });

  it('dials an approved host and says nothing there; of a pattern it only asks the resolver', async () => {
    await bench.client.look(['*.example.org']);
    await says({ reached: 1 });
    expect([outside.resolved, outside.dialled]).toEqual([['example.org'], []]);
    await bench.client.look([host]);
    await says({ reached: 2 });
    expect(outside.dialled).toEqual([`${somewhere}:443`]);
  });
});

it('egress that went away is found again, and counts from anew', async () => {
  await bench.client.look([host]);
  await says({ reached: 1 });
  await bench.egress.close();
  const { controlSocket, root } = bench;
  const next = await startEgress({ controlSocket, socketsFolder: `${root}/sockets`, network: outside });
  await says({ reached: 0 });
  await next.close();
});
