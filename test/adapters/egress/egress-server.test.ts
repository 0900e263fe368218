import { once } from 'node:events';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createEgressClient } from '../../../src/adapters/egress/egress-client.js';
import { startEgress } from '../../../src/adapters/egress/egress-server.js';
import type { EgressBench } from '../../support/sandbox/egress.js';
import { exchange, fakeOutside, openEgressBench } from '../../support/sandbox/egress.js';
import { useFolders } from '../../support/folders.js';
import { soon } from '../../support/soon.js';
import { until } from '../../support/until.js';

const request = {
  action: 'a/b',
  domains: ['example.org'],
  connections: 5,
  bytes: 1_000,
  attempts: 10,
  uid: process.getuid?.() === 0 ? 61_999 : (process.getuid?.() ?? 0),
};

describe('the egress process (spec X4)', () => {
  const folder = useFolders();
  let bench: EgressBench;
  beforeEach(async () => {
    bench = await openEgressBench(fakeOutside());
  });
  afterEach(() => bench.close());

  it('answers, on a socket for hands alone', async () => {
    expect(await bench.client.isAvailable()).toBe(true);
    expect(statSync(bench.controlSocket).mode & 0o777).toBe(0o660);
    expect(statSync(join(bench.controlSocket, '..')).mode & 0o007).toBe(0);
  });

  it('refuses in words what would be cut off: a name too long for a socket', async () => {
    const long = join(folder(), 'f'.repeat(80));
    await expect(startEgress({ controlSocket: join(long, 'control.sock'), socketsFolder: long })).rejects.toThrow('too long for a socket');
    const controlSocket = join(folder(), 'control.sock');
    const egress = await startEgress({ controlSocket, socketsFolder: long });
    await expect(createEgressClient(controlSocket).open(request)).rejects.toThrow('too long for a socket');
    expect(readdirSync(long)).toEqual([]);
    await egress.close();
  });

  it('gives each action a socket for its account alone, by a name that nobody can list or guess', async () => {
    const [one, two] = await Promise.all([bench.client.open(request), bench.client.open(request)]);
    expect(one.socket).not.toBe(two.socket);
    expect(one.socket).toMatch(/\/[0-9a-f]{32}\.sock$/);
    expect(statSync(one.socket)).toMatchObject({ uid: request.uid });
    expect(statSync(one.socket).mode & 0o777).toBe(0o600);
    expect(statSync(join(one.socket, '..')).mode & 0o777).toBe(0o711);
    expect(await one.close()).toEqual({ connections: 0, denied: 0, tx: 0, rx: 0, records: [] });
    expect(existsSync(one.socket)).toBe(false);
    expect(existsSync(two.socket)).toBe(true);
  });

  it('closes a lease twice with the same answer', async () => {
    const lease = await bench.client.open(request);
    expect(await lease.close()).toBe(await lease.close());
  });

  it('ends a lease with the connection that asked for it: nothing outlives dead hands (spec Q4j)', async () => {
    const connection = connect({ path: bench.controlSocket });
    const text = await new Promise<string>((resolve) => {
      connection.once('data', (chunk: Buffer) => resolve(chunk.toString()));
      connection.write(`${JSON.stringify({ op: 'open', ...request })}\n`);
    });
    const { socket } = JSON.parse(text) as { socket: string };
    expect(bench.egress.leases).toBe(1);
    connection.destroy();
    await until('the lease is gone', async () => (bench.egress.leases === 0 && !existsSync(socket) ? true : undefined));
  });

  it('tells hands when it goes away', async () => {
    const lease = await bench.client.open(request);
    await bench.egress.close();
    expect(await lease.ended).toBe('janus-egress is gone');
    expect(await lease.close()).toBeUndefined();
  });

  it('refuses a second lease on one connection, a line without end, and half a question', async () => {
    const line = `${JSON.stringify({ op: 'open', ...request })}\n`;
    expect(await exchange(bench.controlSocket, [line, line])).toContain('one lease');
    expect(await exchange(bench.controlSocket, [Buffer.alloc(70_000, 120)])).toContain('too long');
    expect(await exchange(bench.controlSocket, ['{"op":"open"}\n'])).toContain('"ok":false');
  });

  it('ends a connection that asks for nothing', async () => {
    jest.useFakeTimers({
      doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'setInterval', 'clearInterval', 'Date', 'performance'],
    });
    try {
      const connection = connect({ path: bench.controlSocket });
      const closed = once(connection, 'close');
      await soon(() => jest.getTimerCount() === 1);
      jest.advanceTimersByTime(5_000);
      await closed;
    } finally {
      jest.useRealTimers();
    }
  });

  it('ends everything on close-all', async () => {
    const lease = await bench.client.open(request);
    expect(await exchange(bench.controlSocket, ['{"op":"close-all"}\n'])).toContain('"ok":true');
    expect(existsSync(lease.socket)).toBe(false);
    expect(await lease.ended).toContain('told to close');
  });

  it('starts over what a killed one left, and never beside a living one (spec Q4g)', async () => {
    const settings = { controlSocket: bench.controlSocket, socketsFolder: join(bench.root, 'sockets') };
    await expect(startEgress(settings)).rejects.toMatchObject({ code: 'CONFLICT' });
    const other = folder();
    writeFileSync(join(other, 'control.sock'), '');
    writeFileSync(join(other, `${'0'.repeat(32)}.sock`), '');
    writeFileSync(join(other, 'not-mine'), '');
    const egress = await startEgress({ controlSocket: join(other, 'control.sock'), socketsFolder: other });
    expect(readdirSync(other).sort()).toEqual(['control.sock', 'not-mine']);
    await egress.close();
  });
});

describe('hands without an egress process (spec X4)', () => {
  const folder = useFolders();

  it('are told what to type', async () => {
    const client = createEgressClient(join(folder(), 'nowhere.sock'));
    expect(await client.isAvailable()).toBe(false);
    await expect(client.open(request)).rejects.toMatchObject({
      code: 'SANDBOX_UNAVAILABLE',
      next: expect.stringContaining('main.js --role egress'),
    });
  });

  it.each(['nonsense\n', '[]\n', '{"ok":true}\n', '{"ok":false,"problem":"no"}\n', 'x'.repeat(70_000)])(
    'take no lease from something that says %.20j',
    async (words) => {
      const path = join(folder(), 'other.sock');
      const server = createServer((socket) => void socket.on('error', () => undefined).end(words)).listen(path);
      await expect(createEgressClient(path).open(request)).rejects.toMatchObject({ code: 'SANDBOX_UNAVAILABLE' });
      server.close();
    },
  );

  it('believe no figure that is none', async () => {
    const path = join(folder(), 'other.sock');
    const use = { connections: -1, denied: 'x', records: [{ host: 'a\nb', port: 1e99, verdict: {} }, null] };
    const server = createServer((socket) => {
      socket.on('data', (chunk: Buffer) => {
        if (chunk.includes('close')) socket.end(`${JSON.stringify({ ok: true, use })}\n`);
        else socket.write('{"ok":true,"socket":"/x"}\n');
      });
    }).listen(path);
    const lease = await createEgressClient(path).open(request);
    const record = { host: '?', port: 0, tx: 0, rx: 0, ms: 0, verdict: '?' };
    expect(await lease.close()).toEqual({ connections: 0, denied: 0, tx: 0, rx: 0, records: [{ ...record, host: 'a?b' }, record] });
    server.close();
  });
});
