import { ownWayOut } from '../../adapters/egress/own-way-out.js';
import { createModel } from '../../adapters/model/create-model.js';
import type { Model } from '../../adapters/model/model.js';
import { whyNotToldCharter } from '../../adapters/playbooks/of-operators.js';
import { readCharter } from '../../adapters/playbooks/read-charter.js';
import type { JanusConfig } from '../../config/config.js';

type ModelConfig = Pick<JanusConfig, 'agentFile' | 'llm' | 'paths' | 'principles'>;

/** The charter of this moment: what people wrote since the last question counts. */
async function charterNow({ agentFile, paths }: ModelConfig): ReturnType<typeof readCharter> {
  const why = whyNotToldCharter(paths.charter, agentFile);
  return why === undefined ? readCharter(paths.charter) : { why };
}

/**
 * The model that llm names. What lies beyond this machine is reached through janus-egress, each host by a lease of its own (spec T3). No model is asked
 * that cannot be told what it is held to.
 */
export function wireModel(config: ModelConfig): Model {
  const { llm, paths, principles } = config;
  const { temperature, outputTokensMax, responseBytesMax, promptTokensMax, charterTokensMax, remoteFallback } = llm;
  const settings = {
    endpoints: llm.providers.map((provider) => ({ ...provider, temperature, outputTokensMax, responseBytesMax })),
    remoteFallback,
    wayOut: ownWayOut(paths.egressControl, { name: 'model', responseBytesMax }),
  };
  return {
    async ask(request, signal) {
      const charter = await charterNow(config);
      if ('why' in charter) return { kind: 'failed', code: 'no_charter', why: charter.why };
      const prompt = { promptTokensMax, outputTokensMax, principles, charter: { ...charter, tokensMax: charterTokensMax } };
      return createModel({ ...settings, prompt }).ask(request, signal);
    },
  };
}
