import { restartHint } from '../../../domain/units.js';
import type { Context } from '../../command.js';
import type { Found } from './finding.js';

/** Where the installer puts it: in development nothing keeps other accounts from the server. */
const installed = '/etc/janus/agent.yaml';
const loopback = /^(?:127\.\d+\.\d+\.\d+|localhost|\[?::1\]?):(\d+)$/;

export type Reaches = (host: string, port: number) => Promise<boolean | undefined>;

const reachesFrom: Reaches = async (host, port) => (await import('../../../adapters/host/reach-as.js')).reachesAsNobody(host, port);

/**
 * Whether another account of an installed machine reaches the Temporal server, which asks nobody who he is (spec D5): tried as `nobody`. Says nothing
 * of a server elsewhere, or where none answers.
 */
export async function examinePorts(context: Pick<Context, 'config' | 'health'>, reaches: Reaches = reachesFrom): Promise<Found[]> {
  const { agentFile } = await context.config();
  if (agentFile !== installed) return [];
  const address = await context.health().then(
    (health) => health.address,
    () => '',
  );
  const [, port] = loopback.exec(address) ?? [];
  if (port === undefined) return [];
  const found = await reaches('127.0.0.1', Number(port));
  if (found === undefined) return [{ ok: true, detail: `whether others reach ${address} can only root try: sudo ubos doctor` }];
  if (!found) return [{ ok: true, detail: `tried as nobody: ${address} refuses` }];
  return [
    { ok: false, detail: `tried as nobody: ${address} answers, so any account of this machine gives orders`, next: restartHint('server') },
  ];
}
