import type { Answering, ModelAnswer, ModelFailed, ModelRequest } from '../../domain/model/answer.js';
import type { DraftRequest, MissionDraft } from '../../domain/model/draft.js';

/** Any model. Never rejects: what goes wrong is an answer with a code. */
export interface Model {
  ask(request: ModelRequest, signal: AbortSignal): Promise<ModelAnswer>;
}

export type DraftAnswer = (Answering & MissionDraft) | ModelFailed;

/** Puts a sentence into the form of a mission. Never rejects. What it says is a draft: a person makes a mission of it. */
export interface Drafter {
  draft(request: DraftRequest, signal: AbortSignal): Promise<DraftAnswer>;
}
