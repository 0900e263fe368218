import { chmod, chown, unlink } from 'node:fs/promises';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ConnectionRecord, NetworkUse } from '../../domain/action/connection.js';
import type { Outside, ProxyContext, Times } from './context.js';
import type { DenyCode } from '../../domain/action/denials.js';
import { denyReply } from './deny.js';
import { forward } from './forward.js';
import type { Admit } from './request-rates.js';
import type { Totals } from './totals.js';
import { openTunnel } from './tunnel.js';
import { createUsage } from './usage.js';

export const defaultTimes: Times = { connectMs: 10_000, headerMs: 10_000, idleMs: 120_000, totalMs: 3_600_000 };

export interface ProxySettings {
  readonly domains: readonly string[];
  /** Open connections of the action at one moment. */
  readonly connections: number;
  readonly bytes: number;
  readonly attempts: number;
  readonly times: Times;
  readonly network: Outside;
  readonly admit: Admit;
  readonly totals: Totals;
  readonly onLimit: (why: string) => void;
  readonly onRecord: (record: ConnectionRecord) => void;
}

/** The proxy of one action. */
export interface Proxy {
  /** Ends every connection at once, and says what there was. */
  close(): Promise<NetworkUse>;
}

/** Beyond the limit each still gets its refusal in words, up to so many; the rest is cut off. */
const refusedAtOnceMax = 16;
const headerBytesMax = 16_384;

function say(socket: Duplex, code: DenyCode): void {
  socket.end(denyReply(code));
  // Read on to the end, so that it closes when the other side does.
  socket.resume();
  setTimeout(() => socket.destroy(), 1_000).unref();
}

function createProxyServer(context: ProxyContext, connectionsMax: number, sockets: Set<Socket>): Server {
  const { usage, times } = context;
  const refused = new WeakSet();
  const server = createServer({
    maxHeaderSize: headerBytesMax,
    insecureHTTPParser: false,
    requireHostHeader: false,
    joinDuplicateHeaders: false,
    headersTimeout: times.headerMs,
    requestTimeout: times.totalMs,
    keepAliveTimeout: Math.min(times.idleMs, 15_000),
    connectionsCheckingInterval: Math.min(1_000, times.headerMs),
  });
  server.maxConnections = connectionsMax + refusedAtOnceMax;
  server.on('connection', (socket) => {
    usage.arrive();
    const isBeyond = sockets.size >= connectionsMax;
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).once('close', () => sockets.delete(socket));
    if (!isBeyond) return;
    refused.add(socket);
    usage.attempt('?', 0).deny('connections');
    say(socket, 'connections');
  });
  server.on('drop', () => usage.attempt('?', 0).deny('connections'));
  server.on('request', (incoming, response) => {
    if (refused.has(incoming.socket)) return;
    response.on('error', () => response.destroy());
    void forward(context, incoming, response);
  });
  server.on('connect', (incoming, socket, head) => {
    if (!refused.has(socket)) void openTunnel(context, incoming.url ?? '', socket, head);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || refused.has(socket)) return void socket.destroy();
    // What comes of its end is no second attempt.
    refused.add(socket);
    const code = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'header-timeout' : error.code === 'HPE_HEADER_OVERFLOW' ? 'head' : 'malformed';
    usage.attempt('?', 0).deny(code);
    say(socket, code);
  });
  return server;
}

/** Only who runs the action may connect; where that cannot be said by ownership, the name of the socket is the secret. */
async function giveTo(socketPath: string, uid: number): Promise<void> {
  const own = process.getuid?.() ?? uid;
  if (own === 0 && uid !== 0) await chown(socketPath, uid, -1);
  await chmod(socketPath, own === 0 || own === uid ? 0o600 : 0o666);
}

/** Opens the proxy of one action on a unix socket that its account, `uid`, can connect to. */
export async function openProxy(socketPath: string, uid: number, settings: ProxySettings, give = giveTo): Promise<Proxy> {
  const stop = new AbortController();
  const sockets = new Set<Socket>();
  const { domains, network, times, admit, totals, onLimit, onRecord } = settings;
  const usage = createUsage(settings, { onLimit, onRecord, onBytes: (bytes) => totals.carry(bytes) });
  const upstreams = new Set<Socket>();
  const server = createProxyServer(
    { domains, usage, network, times, admit, totals, upstreams, signal: stop.signal },
    settings.connections,
    sockets,
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path: socketPath, backlog: 128 }, resolve);
  });
  try {
    await give(socketPath, uid);
  } catch (error) {
    // Nobody may have it, so nobody would ever close it.
    server.close();
    await unlink(socketPath).catch(() => undefined);
    throw error;
  }
  return {
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      stop.abort();
      for (const socket of [...sockets, ...upstreams]) socket.destroy();
      server.closeAllConnections();
      await closed;
      await unlink(socketPath).catch(() => undefined);
      return usage.report();
    },
  };
}
