import { dialOut } from './connect.js';
import type { Outside, Times } from './context.js';
import type { Met } from './totals.js';

const lookPort = 443;
/** So long for the resolver, and so long for an address. */
const lookMilliseconds = 5_000;

/**
 * Looks once whether there is a network, for an action that waits for it (spec G4): its first approved host is looked up and dialled, and nothing
 * is said there. Of a pattern only the name behind it is looked up. Offline means no resolver or no route, so whatever shows both counts.
 */
export async function lookOutside(domains: readonly string[], { network, times }: { network: Outside; times: Times }): Promise<Met> {
  const exact = domains.find((domain) => !domain.startsWith('*.'));
  const host = exact ?? domains[0]?.slice(2);
  if (host === undefined) return undefined;
  const connected = await dialOut(
    { host, port: lookPort },
    {
      network: exact === undefined ? { ...network, isForeign: () => false } : network,
      times: { ...times, connectMs: Math.min(times.connectMs, lookMilliseconds) },
      upstreams: new Set(),
      signal: new AbortController().signal,
    },
  );
  if (!connected.ok) return connected.met ?? 'reached';
  connected.socket.destroy();
  return 'reached';
}
