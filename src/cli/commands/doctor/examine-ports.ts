import { restartHint } from '../../../domain/units.js';
import type { TemporalConnection } from '../../../client/temporal-connection.js';
import type { Context } from '../../command.js';
import type { Found } from './finding.js';

/** Where the installer puts it: in development nothing keeps other accounts from the server. */
const installed = '/etc/janus/agent.yaml';
const loopback = /^(?:127\.\d+\.\d+\.\d+|localhost|\[?::1\]?):(\d+)$/;

/** Both are tried, never concluded. */
export interface Tries {
  /** Whether another account of this machine reaches the port. */
  readonly reaches: (host: string, port: number) => Promise<boolean | undefined>;
  /** Whether the server answers somebody without certificate and key. */
  readonly takesAnybody: (temporal: TemporalConnection) => Promise<boolean | undefined>;
}

const tries: Tries = {
  reaches: async (host, port) => (await import('../../../adapters/host/reach-as.js')).reachesAsNobody(host, port),
  takesAnybody: async (temporal) => (await import('../../../client/anybody.js')).takesAnybody(temporal),
};

/** A server that asks nobody who he is, on this machine: what counts is who reaches it. */
async function reachedHere(address: string, port: number, { reaches }: Tries): Promise<Found> {
  const found = await reaches('127.0.0.1', port);
  if (found === undefined) return { ok: true, detail: `whether others reach ${address} can only root try: sudo ubos doctor` };
  if (!found) return { ok: true, detail: `tried as nobody: ${address} refuses` };
  return {
    ok: false,
    detail: `tried as nobody: ${address} answers, so any account of this machine gives orders`,
    next: restartHint('server'),
  };
}

/**
 * Who gives orders to the Temporal server (spec D5). One that asks who one is has to refuse whoever brings nothing; one that does not has to be out of
 * others' reach, which only its own machine can be. Says nothing of a clone's own server, or where none answers.
 */
export async function examinePorts(
  context: Pick<Context, 'config' | 'health'>,
  temporal: TemporalConnection,
  by = tries,
): Promise<Found[]> {
  const { agentFile } = await context.config();
  const { address, connectionOptions } = temporal;
  const [, port] = loopback.exec(address) ?? [];
  const isOwn = port !== undefined && !connectionOptions.tls;
  if (isOwn && agentFile !== installed) return [];
  const answers = await context.health().then(
    () => true,
    () => false,
  );
  if (!answers) return [];
  if (isOwn) return [await reachedHere(address, Number(port), by)];
  const taken = await by.takesAnybody(temporal);
  if (taken === undefined)
    return [{ ok: true, detail: `whether ${address} answers somebody without certificate and key could not be told` }];
  if (!taken) return [{ ok: true, detail: `tried without certificate and key: ${address} refuses` }];
  return [
    {
      ok: false,
      detail: `tried without certificate and key: ${address} answers, so whoever reaches it gives orders`,
      next: 'deploy/cluster/temporal_cluster.sh --help',
    },
  ];
}
