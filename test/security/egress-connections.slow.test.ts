import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { isPublicAddress } from '../../src/adapters/egress/addresses.js';
import { clientHello, somewhere } from '../support/sandbox/egress.js';
import type { OnlineBench } from '../support/sandbox/online.js';
import { canary, openOnlineBench } from '../support/sandbox/online.js';
import { soon } from '../support/soon.js';
import { describeWithBwrap } from '../support/sandbox/sandboxes.js';
import { host, say, get, connect, tunnel, zone } from '../support/sandbox/egress-requests.js';
import { workspaceBelow } from '../support/workspaces.js';

describeWithBwrap('what an action cannot do with a connection that it has (spec X4)', () => {
  let bench: OnlineBench;
  /** Stands for the Temporal frontend: something that listens on the host's own loopback. */
  const frontend = createServer((socket) => socket.end(canary));

  beforeAll(async () => {
    bench = await openOnlineBench(zone(host), { headerMs: 500 });
    await new Promise<void>((resolve) => frontend.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    frontend.close();
    await bench.close();
  });
  afterEach(() => {
    bench.network.dialled.length = 0;
    bench.network.resolved.length = 0;
  });

  it.each([
    ['another name in the hello', tunnel(clientHello('other.example.com'))],
    ['no name in the hello', tunnel(clientHello(undefined))],
    ['a hello in two records', tunnel(clientHello(host, { split: 30 }))],
    ['an encrypted hello', tunnel(clientHello(host, { extensions: Buffer.from([0xfe, 0x0d, 0, 1, 0]) }))],
    ['a request in place of a hello', say(connect(`${host}:443`), get('http://other.example.com/'))],
    ['SSH in place of a hello', say(connect(`${host}:443`), 'SSH-2.0-x\\r\\n')],
  ])('a tunnel with %s carries nothing', async (_, attempt) => {
    const { stdout, network } = await bench.run(`echo tried; { ${attempt}; }`);
    expect(stdout.text).toMatch(/^tried\n/);
    expect(network).toMatchObject({ connections: 1, denied: 1, tx: 0, rx: 0 });
  });

  it('a second host on a connection that stays open is refused', async () => {
    const first = `GET http://${host}/1 HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n`;
    const { stdout, network } = await bench.run(say(first, get('http://other.example.com/2')));
    expect(stdout.text).toMatch(new RegExp(`${canary} ${host} /1[^]*x-janus-egress: domain`));
    expect(stdout.text).not.toContain('/2');
    expect(network?.records.map(({ verdict }) => verdict)).toEqual(['allowed', 'domain']);
  });

  it('the Host of a request is that of its URL', async () => {
    const { stdout } = await bench.run(say(`GET http://${host}/ HTTP/1.1\\r\\nHost: other.example.com\\r\\nConnection: close\\r\\n\\r\\n`));
    expect(stdout.text).toContain(`${canary} ${host} /`);
  });

  it('a request hidden in a body stays a body', async () => {
    const { stdout } = await bench.run(
      say(
        `GET http://${host}/first HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 50\\r\\n\\r\\nGET http://other.example.com/hidden HTTP/1.1\\r\\nX: a`,
      ),
    );
    expect(stdout.text.split(canary)).toHaveLength(2);
    expect(stdout.text).not.toContain('/hidden');
  });

  it('a redirect to a private address is a new request, and refused', async () => {
    const { stdout, network } = await bench.run(`curl -s -L -m 5 http://${host}/redirect`);
    expect(stdout.text).toContain('refused (ip-literal)');
    expect(network?.records.map(({ verdict }) => verdict)).toEqual(['allowed', 'ip-literal']);
  });

  it('a name is looked up once and that address is dialled, whatever the next answer would be', async () => {
    await bench.run('curl -s http://rebinding.example.org/');
    expect(bench.network).toMatchObject({ dialled: [`${somewhere}:80`], resolved: ['rebinding.example.org'] });
    bench.network.dialled.length = 0;
    const { stdout } = await bench.run('curl -s http://rebinding.example.org/');
    expect(stdout.text).toContain('special-address');
    expect(bench.network.dialled).toEqual([]);
  });

  it('the connection beyond the limit is refused, and counted', async () => {
    const open = `for i in 1 2 3 4; do exec {fd}<>/dev/tcp/127.0.0.1/3128; done; sleep 0.3; ${say(get(`http://${host}/`))}`;
    const { stdout, network } = await bench.run(open, { limits: { connections: 4 } });
    expect(stdout.text).toContain('x-janus-egress: connections');
    expect(network?.records.map(({ verdict }) => verdict)).toContain('connections');
  });

  it('searching for a hole ends the action', async () => {
    const result = await bench.run(
      `for i in $(seq 1300); do exec 3<>/dev/tcp/127.0.0.1/3128 && printf 'x\\r\\n\\r\\n' >&3; cat <&3 >/dev/null; exec 3>&-; done; sleep 10`,
    );
    expect(result).toMatchObject({ reason: 'egress', exitCode: null, note: expect.stringContaining('1000 connections') });
  });

  it('a flood costs the action its bytes, not Janus its memory', async () => {
    const before = process.memoryUsage().rss;
    const result = await bench.run(`curl -s -o /dev/null http://${host}/flood; sleep 10`, { limits: { wallSeconds: 120 } });
    expect(result).toMatchObject({ reason: 'egress', note: expect.stringContaining('bytes went through the proxy') });
    expect((process.memoryUsage().rss - before) / 1_048_576).toBeLessThan(150);
  });

  it('actions have a way out each, and it ends with them', async () => {
    const [allowed, other] = await Promise.all([
      bench.run(`curl -s http://${host}/`, { id: 'janus-00000000aaaa' }),
      bench.run(`curl -s http://${host}/`, { id: 'janus-00000000bbbb', domains: ['other.example.com'] }),
    ]);
    expect(allowed.stdout.text).toContain(canary);
    expect(other.stdout.text).toContain('refused (domain)');
    expect(bench.egress.leases).toBe(0);
  });

  it('a stop ends every connection at once, and the action with it', async () => {
    const running = bench.run(`echo tried; exec 3<>/dev/tcp/127.0.0.1/3128; touch connected; cat <&3; echo went on; sleep 15`);
    await soon(() => existsSync(join(workspaceBelow(join(bench.root, 'workspaces'), 'janus-00000000beef'), 'connected')));
    await bench.egress.closeAll();
    const result = await running;
    expect(result).toMatchObject({ reason: 'egress', note: expect.stringContaining('told to close'), exitCode: null });
    expect(result.stdout.text).toMatch(/^tried\n/);
  });

  it('no special-purpose address counts as public', () => {
    const special = [
      '0.0.0.0',
      '10.0.0.1',
      '100.64.0.1',
      '127.0.0.1',
      '169.254.169.254',
      '172.31.0.1',
      '192.0.2.1',
      '198.18.0.1',
      '203.0.113.9',
      '224.0.0.1',
      '255.255.255.255',
    ];
    const v6 = [
      '::',
      '::1',
      '::ffff:8.8.8.8',
      '::8.8.8.8',
      '64:ff9b::808:808',
      'fc00::1',
      'fe80::1',
      'fe80::1%eth0',
      'ff02::1',
      '2001::1',
      '2001:db8::1',
      '2002:808:808::1',
      '3fff::1',
      '100::1',
      'x',
      '',
    ];
    expect([...special, ...v6].filter(isPublicAddress)).toEqual([]);
    expect(['8.8.8.8', '93.184.216.34', '2606:2800:220:1:248:1893:25c8:1946'].filter((each) => !isPublicAddress(each))).toEqual([]);
  });
});
