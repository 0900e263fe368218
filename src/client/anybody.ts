import { Connection } from '@temporalio/client';
import { refusalIn } from './errors.js';
import type { TemporalConnection } from './temporal-connection.js';
import { tlsTroubleOf } from './tls-trouble.js';

/** What of the profile says who asks: for `ubos doctor`. */
export function credentialsIn({ connectionOptions: { tls, apiKey } }: TemporalConnection): string {
  const certificate = typeof tls === 'object' && tls?.clientCertPair ? ' with a client certificate' : '';
  return [tls ? `TLS${certificate}` : 'no TLS', ...(apiKey === undefined ? [] : ['an API key'])].join(', ');
}

/** The same server, asked by somebody who knows its certificate and has neither certificate nor key of his own. */
function withoutCredentials({ address, connectionOptions: { tls } }: TemporalConnection) {
  if (typeof tls !== 'object' || tls === null) return { address, connectionOptions: { address, ...(tls && { tls }) } };
  const { clientCertPair: _, ...known } = tls;
  return { address, connectionOptions: { address, tls: known } };
}

/** Whether the server lists a vessel's proposals for whoever reaches it (spec D5): tried. Undefined where the try told nothing. */
export async function takesAnybody(temporal: TemporalConnection, milliseconds = 3_000): Promise<boolean | undefined> {
  const bare = withoutCredentials(temporal);
  if ((await tlsTroubleOf(bare)) !== undefined) return false;
  const connection = Connection.lazy({ ...bare.connectionOptions, connectTimeout: milliseconds });
  try {
    await connection.ensureConnected();
    await connection.withDeadline(Date.now() + milliseconds, () =>
      connection.workflowService.listWorkflowExecutions({ namespace: temporal.namespace, pageSize: 1 }),
    );
    return true;
  } catch (error) {
    return refusalIn(error) === undefined ? undefined : false;
  } finally {
    await connection.close().catch(() => undefined);
  }
}
