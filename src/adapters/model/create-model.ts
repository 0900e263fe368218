import type { ModelAnswer } from '../../domain/model/answer.js';
import type { PromptSettings } from '../../domain/model/prompt.js';
import { renderPrompt } from '../../domain/model/prompt.js';
import { shorten } from '../../domain/text/visible.js';
import { sha256 } from '../files/sha256.js';
import type { Asking, Endpoint } from './ask-provider.js';
import { askProvider } from './ask-provider.js';
import type { Model } from './model.js';

export interface ModelSettings extends Asking {
  /** In the order in which they are asked. */
  readonly endpoints: readonly Endpoint[];
  readonly prompt: PromptSettings;
  /** Whether one beyond this machine may be asked where one on it gave no answer. */
  readonly remoteFallback: boolean;
}

/** Those that may be asked: from the first on, and never from this machine out of it unless people said so. */
function inTurn({ endpoints, remoteFallback }: ModelSettings): readonly Endpoint[] {
  const isFirstLocal = endpoints[0]?.isLocal === true;
  return remoteFallback || !isFirstLocal ? endpoints : endpoints.filter(({ isLocal }) => isLocal);
}

/** A model behind OpenAI-compatible endpoints (spec T3). The next one is asked only where the one before gave no answer at all. */
export function createModel(settings: ModelSettings): Model {
  return {
    async ask(request, signal) {
      const prompt = renderPrompt(sha256, request, settings.prompt);
      if ('why' in prompt) return { kind: 'failed', code: 'nothing_to_ask', why: prompt.why };
      const failures: string[] = [];
      let last: ModelAnswer = { kind: 'failed', code: 'no_provider', why: 'llm.providers names none', promptDigest: prompt.digest };
      for (const endpoint of inTurn(settings)) {
        last = await askProvider(endpoint, prompt, request.seed, { ...settings, signal });
        if (last.kind === 'answered') return last;
        failures.push(`${endpoint.name}: ${last.why}`);
        if (signal.aborted) break;
      }
      return failures.length < 2 ? last : { ...last, why: shorten(failures.join('; '), 1_000) };
    },
  };
}
