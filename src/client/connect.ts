import { Client, Connection } from '@temporalio/client';
import type { TemporalConnection } from '../config/temporal.js';
import { JanusError } from '../domain/errors.js';

export interface TemporalClient {
  readonly client: Client;
  readonly namespace: string;
  readonly address: string;
  close(): Promise<void>;
}

/** Connects, or says within the time that there is no server and what to type. */
export async function connect(temporal: TemporalConnection, timeoutMilliseconds = 8_000): Promise<TemporalClient> {
  const { address, namespace, connectionOptions } = temporal;
  try {
    const connection = await Connection.connect({ ...connectionOptions, connectTimeout: timeoutMilliseconds });
    return { client: new Client({ connection, namespace }), namespace, address, close: () => connection.close() };
  } catch (error) {
    throw new JanusError('TEMPORAL_UNREACHABLE', `Temporal is not reachable at ${address}`, {
      cause: error,
      details: { address, source: temporal.source },
      next: 'npm start · sudo systemctl start janus-temporal',
    });
  }
}
