import { randomBytes } from 'node:crypto';
import { chmod, readdir, unlink } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { makeFolders } from '../files/make-folders.js';
import type { ConnectionRecord, NetworkUse } from '../../domain/action/connection.js';
import { JanusError } from '../../domain/errors.js';
import type { Outside, Times } from './context.js';
import { outside } from './connect.js';
import { createEgressClient } from './egress-client.js';
import { lookOutside } from './look.js';
import type { OpenRequest } from './protocol.js';
import { createLineReader, parseControlLine } from './protocol.js';
import type { Admit, RequestRates } from './request-rates.js';
import { createAdmission } from './request-rates.js';
import type { Proxy } from './proxy.js';
import { defaultTimes, openProxy } from './proxy.js';
import type { Totals } from './totals.js';
import { createTotals } from './totals.js';

export interface EgressSettings {
  /** Where hands ask. Its folder is for them alone. */
  readonly controlSocket: string;
  /** Folder of the sockets that go into sandboxes: the actions' account must be able to reach it. */
  readonly socketsFolder: string;
  readonly network?: Outside;
  readonly times?: Times;
  /** Of all actions together; none: no limit. */
  readonly rates?: RequestRates;
  readonly log?: (action: string, record: ConnectionRecord) => void;
}

/** The egress process: the only way from a sandbox to the network. */
export interface Egress {
  readonly leases: number;
  /** Ends every connection of every action at once, and with them the commands that hold them (reason `egress`). */
  closeAll(): Promise<void>;
  close(): Promise<void>;
}

const leasesMax = 256;
/** A control connection that asks for nothing is ended. */
const askMilliseconds = 5_000;

/** What all leases share. */
type Running = EgressSettings & {
  readonly network: Outside;
  readonly times: Times;
  readonly admit: Admit;
  readonly totals: Totals;
};

interface Lease {
  end(): Promise<NetworkUse>;
  /** Tells whoever holds it, so that the command ends too, and ends it. */
  stop(why: string): void;
}

/** What a killed process left behind would keep the name from being used. */
async function removeStale({ controlSocket, socketsFolder }: EgressSettings): Promise<void> {
  if (await createEgressClient(controlSocket).isAvailable())
    throw new JanusError('CONFLICT', `janus-egress runs already: ${controlSocket} answers`, { next: 'stop the other one first' });
  await unlink(controlSocket).catch(() => undefined);
  const left = await readdir(socketsFolder);
  await Promise.all(left.filter((name) => /^[0-9a-f]{32}\.sock$/.test(name)).map((name) => unlink(join(socketsFolder, name))));
}

/** The kernel takes no longer name for a socket (unix(7)), and Node would cut it off without a word. */
const socketPathMax = 107;

function assertShort(path: string, setting: string): void {
  if (Buffer.byteLength(path) > socketPathMax)
    throw new JanusError('CONFIG_INVALID', `${path} is too long for a socket: ${socketPathMax} bytes are possible`, {
      next: `a shorter path in ${setting}, or a shorter JANUS_HOME`,
    });
}

async function openLease(settings: Running, request: OpenRequest, onLimit: (why: string) => void): Promise<Lease & { socket: string }> {
  // 128 bits that nobody can list: where ownership cannot keep others out, the name does.
  const socket = join(settings.socketsFolder, `${randomBytes(16).toString('hex')}.sock`);
  assertShort(socket, 'sandbox.root');
  const proxy: Proxy = await openProxy(socket, request.uid, {
    ...request,
    times: settings.times,
    network: settings.network,
    admit: settings.admit,
    totals: settings.totals,
    onLimit,
    onRecord: (record) => settings.log?.(request.action, record),
  });
  let ended: Promise<NetworkUse> | undefined;
  return { socket, end: () => (ended ??= proxy.close()), stop: onLimit };
}

/** One conversation: a question, or a lease that lives as long as the connection does. */
function converse(settings: Running, leases: Set<Lease>, connection: Socket, closeAll: () => Promise<void>): void {
  const answer = (value: object) => void connection.write(`${JSON.stringify(value)}\n`);
  const refuse = (problem: string) => void connection.end(`${JSON.stringify({ ok: false, problem })}\n`);
  const { totals } = settings;
  let lease: Promise<Lease & { socket: string }> | undefined;
  const impatience = setTimeout(() => connection.destroy(), askMilliseconds);
  const release = async () => {
    const own = await lease?.catch((): undefined => undefined);
    if (own === undefined) return undefined;
    leases.delete(own);
    return own.end();
  };
  const open = async (request: OpenRequest) => {
    if (lease !== undefined) return refuse('one lease for a connection');
    if (leases.size >= leasesMax) return refuse('too many actions use the network');
    const limit = (why: string) => {
      answer({ event: 'limit', why });
      void lease?.then((own) => own.end());
    };
    lease = openLease(settings, request, limit);
    const own = await lease;
    leases.add(own);
    if (connection.destroyed) return void release();
    answer({ ok: true, socket: own.socket });
  };
  const follow = () => {
    answer({ ok: true });
    connection.once(
      'close',
      totals.follow((figures) => answer({ event: 'figures', pid: process.pid, figures })),
    );
  };
  const look = async (domains: readonly string[]) => {
    connection.end(`${JSON.stringify({ ok: true })}\n`);
    totals.meet(await lookOutside(domains, settings));
  };
  const act = async (line: string | undefined) => {
    clearTimeout(impatience);
    const request = line === undefined ? { problem: 'the line is too long' } : parseControlLine(line);
    if ('problem' in request) return refuse(request.problem);
    if (request.op === 'open') return open(request);
    if (request.op === 'close') return void connection.end(`${JSON.stringify({ ok: true, use: (await release()) ?? null })}\n`);
    if (request.op === 'figures') return follow();
    if (request.op === 'look') return look(request.domains);
    if (request.op === 'close-all') await closeAll();
    connection.end(`${JSON.stringify({ ok: true, pid: process.pid, leases: leases.size })}\n`);
  };
  connection.on(
    'data',
    createLineReader((line) => void act(line).catch((error: unknown) => refuse(String(error)))),
  );
  connection.on('error', () => connection.destroy());
  connection.once('close', () => {
    clearTimeout(impatience);
    void release();
  });
}

/** Listens for hands. Everything that it opens is bound to the connection that asked for it. */
export async function startEgress(settings: EgressSettings): Promise<Egress> {
  assertShort(settings.controlSocket, 'logging.mission_log');
  makeFolders(dirname(settings.controlSocket), 0o750);
  makeFolders(settings.socketsFolder, 0o711);
  await chmod(settings.socketsFolder, 0o711);
  await removeStale(settings);
  const { network = outside, times = defaultTimes, rates = {} } = settings;
  const running: Running = { ...settings, network, times, admit: createAdmission(rates), totals: createTotals() };
  const leases = new Set<Lease>();
  const connections = new Set<Socket>();
  const endAll = async () => void (await Promise.all([...leases].map((lease) => lease.end())));
  const closeAll = async () => {
    for (const lease of leases) lease.stop('janus-egress was told to close every connection');
    await endAll();
  };
  const server = createServer((connection) => {
    connections.add(connection);
    connection.once('close', () => connections.delete(connection));
    converse(running, leases, connection, closeAll);
  });
  server.maxConnections = leasesMax + 16;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path: settings.controlSocket }, resolve);
  });
  await chmod(settings.controlSocket, 0o660);
  return {
    get leases() {
      return leases.size;
    },
    closeAll,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await endAll();
      for (const connection of connections) connection.destroy();
      await closed;
    },
  };
}
