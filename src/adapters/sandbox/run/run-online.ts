import { networkAttemptsMax, networkBytesMax } from '../../../domain/action/connection.js';
import type { CommandResult } from '../../../domain/action/result.js';
import type { Account } from '../profile/account.js';
import type { SandboxRequest } from '../contract/sandbox.js';
import type { Bridge, Gateway, WayOut } from '../contract/way-out.js';

/** Egress ended it: no wish of anybody's, so `cancelled` would be the wrong word. */
class EgressEnded extends Error {}

const actionOf = ({ outputPrefix }: SandboxRequest) =>
  outputPrefix
    .split('/')
    .slice(-2)
    .join('/')
    .toLowerCase()
    .replaceAll(/[^a-z0-9./-]/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(-100) || 'action';

/**
 * Runs a command with a way out for exactly as long as it runs. When the proxy ends the way (a limit, or its process is gone) the command ends
 * with the reason `egress`; when the command ends, so does every connection of it.
 */
export async function runOnline(
  { gateway, bridge, account }: { readonly gateway: Gateway; readonly bridge: Bridge; readonly account: Account },
  request: SandboxRequest,
  signal: AbortSignal,
  run: (wayOut: WayOut, signal: AbortSignal) => Promise<CommandResult>,
): Promise<CommandResult> {
  const lease = await gateway.open({
    action: actionOf(request),
    domains: request.network,
    connections: request.limits.connections,
    bytes: networkBytesMax,
    attempts: networkAttemptsMax,
    uid: account.uid,
  });
  const stop = new AbortController();
  let isOver = false;
  const endedBy = (why: string) => {
    if (!isOver) stop.abort(new EgressEnded(why));
  };
  lease.ended.then(endedBy, (error: unknown) => endedBy(String(error)));
  // What the command did stands, whatever becomes of the way that it had.
  const close = () => lease.close().catch(() => undefined);
  try {
    const result = await run({ socket: lease.socket, bridge }, AbortSignal.any([signal, stop.signal]));
    isOver = true;
    const network = await close();
    const ended: unknown = stop.signal.reason;
    const byEgress = ended instanceof EgressEnded && result.reason === 'cancelled' && !signal.aborted;
    return {
      ...result,
      ...(byEgress && { reason: 'egress' as const, note: ended.message }),
      ...(network === undefined && !byEgress && { note: 'janus-egress could not say which connections there were' }),
      connections: network?.connections ?? 0,
      ...(network !== undefined && network.connections > 0 && { network }),
    };
  } finally {
    isOver = true;
    await close();
  }
}
