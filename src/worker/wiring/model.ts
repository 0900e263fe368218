import { createEgressClient } from '../../adapters/egress/egress-client.js';
import { createModel } from '../../adapters/model/create-model.js';
import type { Model } from '../../adapters/model/model.js';
import type { JanusConfig } from '../../config/config.js';

/** Of one question: two connections and what the answer may weigh, with TLS and headers around it. */
const [connectionsMax, attemptsMax, overheadBytes] = [2, 4, 1_048_576];

/** The model that llm names. What lies beyond this machine is reached through janus-egress, each host by a lease of its own (spec T3). */
export function wireModel({ llm, paths, principles }: Pick<JanusConfig, 'llm' | 'paths' | 'principles'>): Model {
  const egress = createEgressClient(paths.egressControl);
  const { temperature, outputTokensMax, responseBytesMax, promptTokensMax, remoteFallback } = llm;
  return createModel({
    endpoints: llm.providers.map((provider) => ({ ...provider, temperature, outputTokensMax, responseBytesMax })),
    prompt: { promptTokensMax, outputTokensMax, principles },
    remoteFallback,
    wayOut: {
      open: (host) =>
        egress.open({
          action: 'model',
          domains: [host],
          connections: connectionsMax,
          bytes: responseBytesMax + overheadBytes,
          attempts: attemptsMax,
          uid: process.getuid?.() ?? 0,
        }),
    },
  });
}
