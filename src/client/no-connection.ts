import { JanusError } from '../domain/errors.js';
import { grpcCodeOf, grpcCodes, lookAtProfile, missingNamespaceOf, noNamespace, notLetIn, refusalIn, unreachable } from './errors.js';
import type { TemporalConnection } from './temporal-connection.js';
import { tlsTroubleOf } from './tls-trouble.js';

type Where = Pick<TemporalConnection, 'address' | 'connectionOptions'>;

/** The words of TLS, where that is why no connection comes about. */
export async function tlsErrorOf(temporal: Where, cause?: unknown): Promise<JanusError | undefined> {
  const trouble = await tlsTroubleOf(temporal);
  if (trouble === undefined) return undefined;
  return new JanusError('TEMPORAL_UNREACHABLE', `no connection to Temporal at ${temporal.address}: ${trouble}`, {
    cause,
    next: lookAtProfile,
  });
}

/** Why there is no connection: a server that says no, TLS that does not come about, or nobody there. */
export async function whyNoConnection(temporal: Where, cause: unknown): Promise<JanusError> {
  const where = ` at ${temporal.address}`;
  if (isNativeRefusal(cause)) return notLetIn(where, cause);
  return refusalIn(cause, where) ?? (await tlsErrorOf(temporal, cause)) ?? unreachable(where, cause);
}

/** The native client has no code for it, only gRPC's own words. */
const isNativeRefusal = (error: unknown): boolean =>
  error instanceof Error &&
  error.name === 'TransportError' &&
  /PermissionDenied|Unauthenticated|does not have permission|authentication credentials/.test(error.message);

const gone: readonly number[] = [grpcCodes.unavailable, grpcCodes.deadlineExceeded, grpcCodes.cancelled];

/**
 * Calls at the start of a worker. A server that goes away between two of them is not reachable, as it would have been a moment before: throws
 * TEMPORAL_UNREACHABLE then, NOT_PERMITTED where it says no, CONFIG_INVALID where the namespace is missing, and what else went wrong as it is.
 */
export async function whileReachable<T>(temporal: Where, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof JanusError) throw error;
    const missing = missingNamespaceOf(error);
    if (missing !== undefined) throw noNamespace(missing, error);
    const refusal = refusalIn(error, ` at ${temporal.address}`);
    if (refusal !== undefined) throw refusal;
    const isGone =
      error instanceof Error &&
      (gone.includes(grpcCodeOf(error) ?? -1) || error.name === 'TransportError' || error.message.startsWith('Failed to connect'));
    throw isGone ? await whyNoConnection(temporal, error) : error;
  }
}
