import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isPublicAddress } from '../../../src/adapters/egress/addresses.js';
import type { Outside, Times } from '../../../src/adapters/egress/context.js';
import type { EgressClient } from '../../../src/adapters/egress/egress-client.js';
import { createEgressClient } from '../../../src/adapters/egress/egress-client.js';
import type { Egress } from '../../../src/adapters/egress/egress-server.js';
import { startEgress } from '../../../src/adapters/egress/egress-server.js';
import type { RequestRates } from '../../../src/adapters/egress/request-rates.js';
import { defaultTimes } from '../../../src/adapters/egress/proxy.js';

/** A public address that nobody dials in a test: the dialler below leads every dial to a server of the test. */
export const somewhere = '93.184.216.34';

export interface FakeOutside extends Outside {
  /** A test may put others in their place. */
  resolve: Outside['resolve'];
  dial: Outside['dial'];
  /** `93.184.216.34:443`, in order. */
  readonly dialled: string[];
  readonly resolved: string[];
  /** What each name resolves to, look-up by look-up; the last one stays. */
  readonly names: Record<string, (readonly string[])[]>;
  /** Local ports that stand for the other side's port 80 and 443. */
  ports: { plain: number; tls: number };
}

/** A network of the test's own: the real rules about addresses, no real name and no real dial. */
export function fakeOutside(names: FakeOutside['names'] = {}): FakeOutside {
  const fake: FakeOutside = {
    dialled: [],
    resolved: [],
    names,
    ports: { plain: 9, tls: 9 },
    resolve: async (host) => {
      fake.resolved.push(host);
      const answers = names[host] ?? [];
      return (answers.length > 1 ? answers.shift() : answers[0]) ?? [];
    },
    dial: (address, port): Socket => {
      fake.dialled.push(`${address}:${port}`);
      return connect({ host: '127.0.0.1', port: port === 443 ? fake.ports.tls : fake.ports.plain, allowHalfOpen: true });
    },
    isForeign: isPublicAddress,
  };
  return fake;
}

export interface EgressBench {
  readonly egress: Egress;
  readonly client: EgressClient;
  readonly root: string;
  readonly controlSocket: string;
  close(): Promise<void>;
}

/** The egress process in this process, on sockets of its own. */
export async function openEgressBench(network: Outside, times: Partial<Times> = {}, rates: RequestRates = {}): Promise<EgressBench> {
  const root = await mkdtemp(join(tmpdir(), 'janus-egress-'));
  await chmod(root, 0o711);
  const controlSocket = join(root, 'state', 'control.sock');
  const egress = await startEgress({
    controlSocket,
    socketsFolder: join(root, 'sockets'),
    network,
    rates,
    times: { ...defaultTimes, ...times },
  });
  return {
    egress,
    client: createEgressClient(controlSocket),
    root,
    controlSocket,
    close: async () => {
      await egress.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** Sends bytes to a unix socket as they are, and gives back all that comes until the other side ends or `milliseconds` are over. */
export function exchange(path: string, parts: readonly (string | Buffer)[], milliseconds = 1_500): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    let text = '';
    const end = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve(text);
    };
    const timer = setTimeout(end, milliseconds);
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
    socket.on('error', end).on('close', end);
    socket.once('connect', () => {
      void (async () => {
        for (const part of parts) {
          socket.write(part);
          await new Promise((done) => setTimeout(done, 20));
        }
      })();
    });
  });
}

/** A tunnel through the proxy that stays until one side ends it; resolves when its first bytes have come back from the other side. */
export async function openTunnel(path: string, host: string): Promise<Socket> {
  const socket = connect({ path });
  socket.on('error', () => undefined);
  socket.write(`CONNECT ${host}:443 HTTP/1.1\r\n\r\n`);
  await once(socket, 'data');
  socket.write(clientHello(host));
  await once(socket, 'data');
  return socket.resume();
}

/** A ClientHello as a client would send it; `name` undefined: without server name. */
export function clientHello(name: string | undefined, more: { readonly extensions?: Buffer; readonly split?: number } = {}): Buffer {
  const vector = (size: 1 | 2 | 3, ...parts: Buffer[]) => {
    const body = Buffer.concat(parts);
    const length = Buffer.alloc(size);
    length.writeUIntBE(body.length, 0, size);
    return Buffer.concat([length, body]);
  };
  const sni =
    name === undefined ? [] : [Buffer.from([0, 0]), vector(2, vector(2, Buffer.from([0]), vector(2, Buffer.from(name, 'latin1'))))];
  const versions = Buffer.from([0, 43, 0, 3, 2, 3, 4]);
  const hello = Buffer.concat([
    Buffer.from([3, 3]),
    Buffer.alloc(32, 7),
    vector(1, Buffer.alloc(32, 9)),
    vector(2, Buffer.from([0x13, 1, 0x13, 2])),
    vector(1, Buffer.from([0])),
    vector(2, versions, ...sni, more.extensions ?? Buffer.alloc(0)),
  ]);
  const handshake = Buffer.concat([Buffer.from([1]), vector(3, hello)]);
  const record = (body: Buffer) => Buffer.concat([Buffer.from([22, 3, 1]), vector(2, body)]);
  return more.split === undefined
    ? record(handshake)
    : Buffer.concat([record(handshake.subarray(0, more.split)), record(handshake.subarray(more.split))]);
}
