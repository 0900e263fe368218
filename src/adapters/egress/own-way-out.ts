import type { EgressLease } from './egress-client.js';
import { createEgressClient } from './egress-client.js';

/** Of one question: two connections and what the answer may weigh, with TLS and headers around it. */
const [connectionsMax, attemptsMax, overheadBytes] = [2, 4, 1_048_576];

/** The way out of Janus itself, for what no action asks: each question has a lease of its own, to one host (spec T3, T8). */
export function ownWayOut(
  controlSocket: string,
  { name, responseBytesMax }: { readonly name: string; readonly responseBytesMax: number },
): { open(host: string): Promise<EgressLease> } {
  const egress = createEgressClient(controlSocket);
  return {
    open: (host) =>
      egress.open({
        action: name,
        domains: [host],
        connections: connectionsMax,
        bytes: responseBytesMax + overheadBytes,
        attempts: attemptsMax,
        uid: process.getuid?.() ?? 0,
      }),
  };
}
