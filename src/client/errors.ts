import { isGrpcServiceError, NamespaceNotFoundError, WorkflowNotFoundError } from '@temporalio/client';
import { startHint } from '../domain/units.js';
import { quoted } from '../domain/text/quoted.js';
import { JanusError } from '../domain/errors.js';

/** The profile is Temporal's own, and so is what shows it. */
export const lookAtProfile = 'look at the profile: temporal config list';

export const grpcCodes = {
  cancelled: 1,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  permissionDenied: 7,
  failedPrecondition: 9,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/** Nobody polls the queue, or nobody did in time. */
const silent: readonly number[] = [grpcCodes.cancelled, grpcCodes.deadlineExceeded, grpcCodes.failedPrecondition];
const refused: readonly number[] = [grpcCodes.permissionDenied, grpcCodes.unauthenticated];

/** The gRPC status behind an error of the SDK, which wraps it once or twice. */
export function grpcCodeOf(error: unknown): number | undefined {
  for (let each = error, depth = 0; each instanceof Error && depth < 4; each = each.cause, depth += 1) {
    if (isGrpcServiceError(each)) return each.code;
  }
  return undefined;
}

/**
 * The namespace that the server does not have; undefined for every other error. High-level calls of the SDK throw an error of their own for it, raw
 * ones what gRPC said.
 */
export function missingNamespaceOf(error: unknown): string | undefined {
  for (let each = error, depth = 0; each instanceof Error && depth < 4; each = each.cause, depth += 1) {
    if (each instanceof NamespaceNotFoundError) return each.namespace;
    const named = /\bNamespace:? (\S+) (?:is|was) not found/i.exec(isGrpcServiceError(each) ? each.details : each.message)?.[1];
    if (named !== undefined) return named;
  }
  return undefined;
}

/** The server is there, and says no to who asks. */
export const notLetIn = (where: string, cause: unknown): JanusError =>
  new JanusError('NOT_PERMITTED', `Temporal${where} does not let this client in`, { cause, next: lookAtProfile });

/** What a refusal of the server means; undefined for every other error. */
export const refusalIn = (error: unknown, where = ''): JanusError | undefined =>
  refused.includes(grpcCodeOf(error) ?? -1) ? notLetIn(where, error) : undefined;

/** Whether the server does not take what it was asked. */
export const invalidArgumentIn = (error: unknown): boolean => grpcCodeOf(error) === grpcCodes.invalidArgument;

export const noNamespace = (name: string, cause: unknown): JanusError =>
  new JanusError('CONFIG_INVALID', `Temporal has no namespace ${quoted(name)}`, {
    cause,
    next: `temporal operator namespace list; then --namespace NAME or TEMPORAL_NAMESPACE, or make it: temporal operator namespace create --namespace ${quoted(name)}`,
  });

export const unreachable = (where: string, cause: unknown): JanusError =>
  new JanusError('TEMPORAL_UNREACHABLE', `Temporal is not reachable${where}`, {
    cause,
    next: startHint('server'),
  });

export const notFound = (id: string): JanusError =>
  new JanusError('PROPOSAL_NOT_FOUND', `there is no proposal ${id}`, { next: 'ubos proposals list --all' });

/** Why an error of the SDK means what it means here; undefined where it is not an expected one. */
function meaningOf(error: unknown, noAnswer: string): JanusError | undefined {
  const code = grpcCodeOf(error);
  if (code === undefined) return undefined;
  if (code === grpcCodes.unavailable) return unreachable('', error);
  if (silent.includes(code)) return new JanusError('TIMEOUT', noAnswer, { cause: error, next: startHint('brain') });
  if (refused.includes(code)) return notLetIn('', error);
  if (code === grpcCodes.notFound)
    return new JanusError('PROPOSAL_NOT_FOUND', 'Temporal knows no such thing', { cause: error, next: 'is a worker running? ubos status' });
  return undefined;
}

export interface Wording {
  /** The proposal that was asked about. */
  readonly id?: string;
  /** What it means when nobody answered. */
  readonly noAnswer?: string;
}

const nobodyAnswered = 'no worker answered: the proposal is safe, but nobody can say what it is waiting for';

/** Errors of the server in the words of this client. */
export async function translated<T>(call: () => Promise<T>, { id, noAnswer = nobodyAnswered }: Wording = {}): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof JanusError) throw error;
    const missing = missingNamespaceOf(error);
    if (missing !== undefined) throw noNamespace(missing, error);
    if (error instanceof WorkflowNotFoundError && id !== undefined) throw notFound(id);
    throw meaningOf(error, noAnswer) ?? error;
  }
}
