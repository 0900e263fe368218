import { readDraft } from '../../domain/model/draft.js';
import { renderDraftPrompt } from '../../domain/model/draft-prompt.js';
import type { PromptSettings } from '../../domain/model/prompt.js';
import { renderPrompt } from '../../domain/model/prompt.js';
import { readAnswer } from '../../domain/model/read-answer.js';
import { shorten } from '../../domain/text/visible.js';
import { sha256 } from '../files/sha256.js';
import type { Asking, Endpoint, Question, Said } from './ask-provider.js';
import { askProvider } from './ask-provider.js';
import type { Drafter, Model } from './model.js';

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

/** The next one is asked only where the one before gave no answer at all. */
async function askInTurn<Read extends object>(settings: ModelSettings, question: Question<Read>): Promise<Said<Read>> {
  const failures: string[] = [];
  let last: Said<Read> = { kind: 'failed', code: 'no_provider', why: 'llm.providers names none', promptDigest: question.prompt.digest };
  for (const endpoint of inTurn(settings)) {
    last = await askProvider(endpoint, question, settings);
    if (last.kind === 'answered') return last;
    failures.push(`${endpoint.name}: ${last.why}`);
    if (question.signal.aborted) break;
  }
  return failures.length < 2 ? last : { ...last, why: shorten(failures.join('; '), 1_000) };
}

/** A model behind OpenAI-compatible endpoints (spec T3). */
export function createModel(settings: ModelSettings): Model {
  return {
    async ask(request, signal) {
      const prompt = renderPrompt(sha256, request, settings.prompt);
      if ('why' in prompt) return { kind: 'failed', code: 'nothing_to_ask', why: prompt.why };
      const said = await askInTurn(settings, { prompt, seed: request.seed, signal, read: readAnswer });
      return said.kind === 'answered' && prompt.charter !== undefined ? { ...said, charter: prompt.charter } : said;
    },
  };
}

/** The same model for a person who wants a sentence put into the form of a mission. */
export function createDrafter(settings: ModelSettings): Drafter {
  return {
    async draft(request, signal) {
      const prompt = renderDraftPrompt(sha256, request, settings.prompt);
      if ('why' in prompt) return { kind: 'failed', code: 'nothing_to_ask', why: prompt.why };
      return askInTurn(settings, { prompt, seed: 0, signal, read: (text) => readDraft(text, request.actionTypes) });
    },
  };
}
