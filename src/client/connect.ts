import { connect as dial } from 'node:net';
import { Client, Connection } from '@temporalio/client';
import type { TemporalConnection } from './temporal-connection.js';
import { splitAddress } from './address.js';
import { unreachable } from './errors.js';
import { tlsErrorOf, whyNoConnection } from './no-connection.js';

export interface TemporalClient {
  readonly client: Client;
  readonly namespace: string;
  readonly address: string;
  close(): Promise<void>;
}

export interface ConnectSettings {
  readonly timeoutMilliseconds?: number;
  /** A port where nobody listens is believed after so many refusals: a server may just be starting. */
  readonly refusalsMax?: number;
  readonly betweenMilliseconds?: number;
}

/** True when the system says that nobody listens there; false for everything that time may still mend, and for what cannot be told. */
function isRefused(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const { host, port } = splitAddress(address);
    if (!Number.isInteger(port) || port < 1 || port > 65_535) return resolve(false);
    const socket = dial({ host, port, timeout: 1_000 });
    const finish = (refused: boolean) => {
      socket.destroy();
      resolve(refused);
    };
    socket.once('connect', () => finish(false));
    socket.once('timeout', () => finish(false));
    socket.once('error', ({ code }: NodeJS.ErrnoException) => finish(code === 'ECONNREFUSED'));
  });
}

async function refusedThroughout(address: string, { refusalsMax = 4, betweenMilliseconds = 400 }: ConnectSettings): Promise<boolean> {
  for (let refusals = 1; await isRefused(address); refusals += 1) {
    if (refusals >= refusalsMax) return true;
    await new Promise((resolve) => setTimeout(resolve, betweenMilliseconds));
  }
  return false;
}

/** Connects, or says within the time that there is no server and what to type. */
export async function connect(temporal: TemporalConnection, settings: ConnectSettings = {}): Promise<TemporalClient> {
  const { address, namespace, connectionOptions } = temporal;
  // gRPC knocks for the whole time at a port where nobody listens; a person who forgot to start the server should not wait for that.
  if (await refusedThroughout(address, settings)) throw unreachable(` at ${address}`, undefined);
  // A handshake that fails it tries again, in silence, and its timer would keep a process alive that has said why long ago.
  const trouble = connectionOptions.tls ? await tlsErrorOf(temporal) : undefined;
  if (trouble !== undefined) throw trouble;
  try {
    const connection = await Connection.connect({ ...connectionOptions, connectTimeout: settings.timeoutMilliseconds ?? 8_000 });
    return { client: new Client({ connection, namespace }), namespace, address, close: () => connection.close() };
  } catch (error) {
    throw await whyNoConnection(temporal, error);
  }
}
