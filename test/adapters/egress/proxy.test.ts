import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { EgressLease } from '../../../src/adapters/egress/egress-client.js';
import type { EgressBench, FakeOutside } from '../../support/sandbox/egress.js';
import { clientHello, exchange, fakeOutside, openEgressBench, openTunnel, somewhere } from '../../support/sandbox/egress.js';
import { soon } from '../../support/soon.js';

const host = 'api.example.org';

describe('the proxy of one action (spec X4)', () => {
  const seen: { url: string; headers: string[]; body: string }[] = [];
  const plain = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      seen.push({ url: request.url ?? '', headers: request.rawHeaders, body });
      response.writeHead(200, { 'content-type': 'text/plain', 'keep-alive': 'timeout=9', connection: 'keep-alive' });
      response.end('answer');
    });
  });
  /** Says what came, byte by byte: no TLS is needed to see what a tunnel carries. */
  const echo = createTcpServer((socket) => void socket.on('error', () => undefined).pipe(socket));
  let network: FakeOutside;
  let bench: EgressBench;
  let lease: EgressLease;

  beforeAll(async () => {
    for (const server of [plain, echo]) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    plain.close();
    echo.close();
  });
  beforeEach(async () => {
    seen.length = 0;
    network = fakeOutside({
      [host]: [[somewhere]],
      'mixed.example.org': [['10.0.0.1', somewhere]],
      'private.example.org': [['10.0.0.1', '::1']],
    });
    network.ports = { plain: (plain.address() as AddressInfo).port, tls: (echo.address() as AddressInfo).port };
    bench = await openEgressBench(network, { headerMs: 300, connectMs: 500, idleMs: 400 });
    lease = await open();
  });
  afterEach(() => bench.close());

  const open = (change: object = {}) =>
    bench.client.open({
      action: 'janus-0123456789ab/step-1',
      domains: ['*.example.org'],
      connections: 3,
      bytes: 100_000,
      attempts: 100,
      uid: process.getuid?.() ?? 0,
      ...change,
    });
  const get = (url: string, more = '') => `GET ${url} HTTP/1.1\r\nHost: ${host}\r\n${more}\r\n`;
  const verdicts = async () => (await lease.close())?.records.map(({ verdict }) => verdict);

  it('sends a request on with the Host of its URL and without what concerns this connection only', async () => {
    const more = 'Connection: close, x-secret\r\nX-Secret: 1\r\nProxy-Authorization: Basic x\r\nTE: trailers\r\nX-Kept: 2\r\n';
    const text = await exchange(lease.socket, [`GET http://${host}/a?b=1 HTTP/1.1\r\nHost: evil.example.com\r\n${more}\r\n`]);
    expect(text).toMatch(/^HTTP\/1.1 200 OK\r\n[^]*answer/);
    expect(text).not.toContain('timeout=9');
    expect(seen).toEqual([{ url: '/a?b=1', headers: ['Host', host, 'X-Kept', '2', 'Connection', 'close'], body: '' }]);
    expect(network.dialled).toEqual([`${somewhere}:80`]);
    expect(await lease.close()).toMatchObject({
      connections: 1,
      denied: 0,
      records: [{ host, port: 80, ip: somewhere, verdict: 'allowed', tx: expect.any(Number) }],
    });
  });

  it('sends a body on, framed as it was understood', async () => {
    const chunked = `POST http://${host}/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`;
    await exchange(lease.socket, [chunked]);
    await exchange(lease.socket, [
      `GET http://${host}/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nGET\r\n0\r\n\r\n`,
    ]);
    await exchange(lease.socket, [
      `PUT http://${host}/ HTTP/1.1\r\nHost: x\r\nConnection: close, content-length\r\nContent-Length: 2\r\n\r\nde`,
    ]);
    expect(seen.map(({ body }) => body)).toEqual(['abc', 'GET', 'de']);
  });

  it('records the host of what it refused, and nothing else of the URL', async () => {
    await exchange(lease.socket, [get('https://evil.example.com:8443/a?token=secret')]);
    await exchange(lease.socket, ['CONNECT user:secret@evil.example.com:443 HTTP/1.1\r\n\r\n']);
    const use = await lease.close();
    expect(use?.records).toMatchObject([
      { host: 'evil.example.com', verdict: 'scheme' },
      { host: 'evil.example.com', verdict: 'user-info' },
    ]);
    expect(JSON.stringify(use)).not.toContain('secret');
  });

  it('judges each request of a connection that stays open', async () => {
    const text = await exchange(lease.socket, [get(`http://${host}/1`), get('http://evil.example.com/2')]);
    expect(text).toMatch(/answer[^]*403 Forbidden[^]*x-janus-egress: domain/);
    expect(seen).toHaveLength(1);
    expect(await verdicts()).toEqual(['allowed', 'domain']);
  });

  it('carries a tunnel whose hello names the host', async () => {
    const hello = clientHello(host);
    const text = await exchange(lease.socket, [
      `CONNECT ${host}:443 HTTP/1.1\r\n\r\n`,
      hello.subarray(0, 9),
      hello.subarray(9),
      'and more',
    ]);
    expect(text).toBe(`HTTP/1.1 200 Connection Established\r\n\r\n${hello.toString('latin1')}and more`);
    expect(await lease.close()).toMatchObject({
      connections: 1,
      rx: hello.length + 8,
      records: [{ port: 443, verdict: 'allowed', tx: hello.length + 8 }],
    });
  });

  it('ends the record of a tunnel whose other side was gone before the hello came', async () => {
    const reset = createTcpServer((socket) => void setTimeout(() => socket.resetAndDestroy(), 10));
    await new Promise<void>((resolve) => reset.listen(0, '127.0.0.1', resolve));
    network.ports.tls = (reset.address() as AddressInfo).port;
    const hello = clientHello(host);
    const parts = [hello.subarray(0, 9), hello.subarray(9, 20), hello.subarray(20, 40), hello.subarray(40)];
    const began = performance.now();
    await exchange(lease.socket, [`CONNECT ${host}:443 HTTP/1.1\r\n\r\n`, ...parts]);
    const took = performance.now() - began;
    // It grows while nobody ends it.
    await soon(() => performance.now() - began > 3 * took);
    const use = await lease.close();
    expect(use?.records).toMatchObject([{ verdict: 'allowed', ip: somewhere }]);
    expect(use?.records[0]?.ms).toBeLessThan(2 * took);
    reset.close();
  });

  it.each([
    ['another name', clientHello('evil.example.com'), 'sni-mismatch'],
    ['a name with a dot behind it', clientHello(`${host}.`), 'sni-mismatch'],
    ['no name', clientHello(undefined), 'no-sni'],
    ['two records', clientHello(host, { split: 40 }), 'tls-fragmented'],
    ['an encrypted hello', clientHello(host, { extensions: Buffer.from([0xfe, 0x0d, 0, 0]) }), 'tls-ech'],
    ['plain HTTP', Buffer.from(get('/')), 'no-tls'],
    ['half a hello', clientHello(host).subarray(0, 30), 'hello-timeout'],
  ])('ends a tunnel with %s before a byte of it has left', async (_, hello, code) => {
    const text = await exchange(lease.socket, [`CONNECT ${host}:443 HTTP/1.1\r\n\r\n`, hello]);
    expect(text).toBe('HTTP/1.1 200 Connection Established\r\n\r\n\u0015\u0003\u0003\0\u0002\u0002p');
    expect(await lease.close()).toMatchObject({ denied: 1, tx: 0, rx: 0, records: [{ verdict: code }] });
  });

  it.each([
    ['a port that is not 443', `CONNECT ${host}:22 HTTP/1.1\r\n\r\n`, 'port'],
    ['port 80 by CONNECT', `CONNECT ${host}:80 HTTP/1.1\r\n\r\n`, 'port'],
    ['443 by a plain request', get(`http://${host}:443/`), 'port'],
    ['https as a URL', get(`https://${host}/`), 'scheme'],
    ['a request as to a server', get('/'), 'not-for-a-proxy'],
    ['TRACE', `TRACE http://${host}/ HTTP/1.1\r\nHost: x\r\n\r\n`, 'method'],
    ['a name that leads to private addresses only', get('http://private.example.org/'), 'special-address'],
    ['a websocket', get(`http://${host}/`, 'Connection: upgrade\r\nUpgrade: websocket\r\n'), 'upgrade'],
    ['a websocket beside a wish', get(`http://${host}/`, 'Connection: upgrade\r\nUpgrade: h2c, websocket\r\n'), 'upgrade'],
    ['no HTTP at all', 'hello\r\n\r\n', 'malformed'],
  ])('refuses %s, with a reason', async (_, request, code) => {
    const text = await exchange(lease.socket, [request], 3_000);
    expect(text).toMatch(new RegExp(`^HTTP/1.1 403 Forbidden\\r\\n[^]*x-janus-egress: ${code}\\r\\n[^]*refused \\(${code}\\)`));
    expect(network.dialled).toEqual([]);
    expect(await lease.close()).toMatchObject({ connections: 1, denied: 1, records: [{ verdict: code }] });
  });

  it.each([
    ['a name without address', get('http://nowhere.example.org/'), '502 Bad Gateway', 'no-address'],
    ['too long a head', get(`http://${host}/`, `X: ${'x'.repeat(20_000)}\r\n`), '431 Request Header Fields Too Large', 'head'],
    ['too long a URL', get(`http://${host}/${'x'.repeat(20_000)}`), '431 Request Header Fields Too Large', 'head'],
    ['half a head', `GET http://${host}/ HTTP/1.1\r\nX: `, '408 Request Timeout', 'header-timeout'],
  ])('says of %s what came of it, which is no refusal', async (_, request, status, code) => {
    const text = await exchange(lease.socket, [request], 3_000);
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status}\\r\\n[^]*x-janus-egress: ${code}\\r\\n[^]*failed \\(${code}\\)`));
    expect(network.dialled).toEqual([]);
    expect(await lease.close()).toMatchObject({ connections: 1, denied: 1, records: [{ verdict: code }] });
  });

  it('lets a wish for HTTP/2 unheard, as a server may', async () => {
    const wish = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n';
    expect(await exchange(lease.socket, [get(`http://${host}/`, wish)])).toMatch(/^HTTP\/1.1 200 OK\r\n[^]*answer/);
    expect(seen).toEqual([{ url: '/', headers: ['Host', host, 'Connection', 'close'], body: '' }]);
  });

  it('dials the public one of several addresses', async () => {
    await exchange(lease.socket, [get('http://mixed.example.org/', 'Connection: close\r\n')]);
    expect(network.dialled).toEqual([`${somewhere}:80`]);
  });

  it('says when the other side does not answer', async () => {
    network.ports = { plain: 1, tls: 1 };
    for (const request of [get(`http://${host}/`, 'Connection: close\r\n'), `CONNECT ${host}:443 HTTP/1.1\r\n\r\n`])
      expect(await exchange(lease.socket, [request])).toMatch(/^HTTP\/1.1 502 [^]*x-janus-egress: unreachable/);
    expect(await verdicts()).toEqual(['unreachable', 'unreachable']);
  });

  it('refuses one connection more than the limit, and lets the next one in when one has ended', async () => {
    const idle = [1, 2, 3].map(() => openTunnel(lease.socket, host));
    await Promise.all(idle);
    const ask = () => exchange(lease.socket, [get(`http://${host}/`, 'Connection: close\r\n')]);
    expect(await ask()).toContain('x-janus-egress: connections');
    (await idle[0])?.destroy();
    await soon(async () => (await ask()).includes('answer'));
    for (const each of idle) (await each).destroy();
  });

  it('ends a tunnel in which nothing happens', async () => {
    const socket = await openTunnel(lease.socket, host);
    // This side never ends it.
    await once(socket, 'close');
    expect(await verdicts()).toEqual(['allowed']);
  });

  it('ends everything when too many bytes went through, and says so', async () => {
    const text = await exchange(lease.socket, [`CONNECT ${host}:443 HTTP/1.1\r\n\r\n`, clientHello(host), Buffer.alloc(300_000)], 3_000);
    expect(await lease.ended).toMatch(/more than 100000 bytes/);
    expect(text.length).toBeLessThan(100_000);
    expect(await exchange(lease.socket, [get(`http://${host}/`)])).toBe('');
  });

  it('ends everything when somebody tries too often', async () => {
    lease = await open({ attempts: 5 });
    for (let index = 0; index < 7; index += 1) await exchange(lease.socket, [get('http://evil.example.com/', 'Connection: close\r\n')]);
    expect(await lease.ended).toMatch(/more than 5 connections/);
    expect(await lease.close()).toMatchObject({ connections: 5, denied: 5 });
  });

  it('ends every connection at once when it is closed', async () => {
    await bench.close();
    // One that nothing else would end.
    bench = await openEgressBench(network, { idleMs: 3_600_000 });
    lease = await open();
    const socket = await openTunnel(lease.socket, host);
    const closed = once(socket, 'close');
    expect(await lease.close()).toMatchObject({ connections: 1, records: [{ verdict: 'allowed' }] });
    await closed;
  });

  it('keeps the first fifty records and counts the rest', async () => {
    for (let index = 0; index < 60; index += 1) await exchange(lease.socket, [get('/', 'Connection: close\r\n')]);
    const use = await lease.close();
    expect(use).toMatchObject({ connections: 60, denied: 60 });
    expect(use?.records).toHaveLength(50);
  });
});
