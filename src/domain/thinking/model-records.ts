import type { Answering, ModelFailed } from '../model/answer.js';
import { shorten } from '../text/visible.js';
import { trailEvent } from '../trail/events.js';
import type { EntryOf } from '../trail/records.js';
import type { ModelAsked } from './mind-event-fields.js';
import { modelAnswerId } from './model-calls.js';

/** The record that a model is about to be asked: what that may cost is spent from here on (spec T3). */
export function modelCalledEntry(
  id: string,
  asked: ModelAsked,
  { tokens, contextDigest }: { readonly tokens: number; readonly contextDigest?: string },
): EntryOf<'mission_log'> {
  const data = { ...asked, ...(contextDigest !== undefined && { context_digest: contextDigest }), tokens_reserved: tokens };
  return { id, eventType: trailEvent.modelCalled, summary: `the model is asked: ${asked.step}`, data };
}

const connectionsListed = 8;

/** An answer with the number of what it chose, or why there was none. */
type Heard = (Omit<Answering, 'raw'> & { readonly chosen: number }) | ModelFailed;

/** The record of what became of it: how it went and what it cost, not what it says. */
export function modelAnsweredEntry(callId: string, asked: ModelAsked, heard: Heard): EntryOf<'mission_log'> {
  const { provider, promptDigest, usage, route, connections } = heard;
  const words = heard.kind === 'answered' ? `${heard.chosen} chosen by ${heard.model}` : `${heard.code}: ${heard.why}`;
  return {
    id: modelAnswerId(callId),
    eventType: trailEvent.modelAnswered,
    summary: shorten(words, 400),
    data: {
      ...asked,
      outcome: heard.kind === 'answered' ? heard.kind : heard.code,
      ...(heard.kind === 'failed' && { why: shorten(heard.why, 400) }),
      ...(provider !== undefined && { provider: shorten(provider, 64) }),
      ...(promptDigest !== undefined && { prompt_digest: promptDigest }),
      ...(route !== undefined && { route }),
      ...(connections !== undefined && { connections: connections.slice(0, connectionsListed) }),
      ...(usage && { tokens: usage.promptTokens + usage.outputTokens }),
      ...(heard.kind === 'answered' && {
        ...{ model: shorten(heard.model, 200), milliseconds: heard.milliseconds, candidates: heard.chosen },
      }),
    },
  };
}
