import type { ModelAnswer, ModelRequest } from '../../domain/model/answer.js';

/** Any model. Never rejects: what goes wrong is an answer with a code. */
export interface Model {
  ask(request: ModelRequest, signal: AbortSignal): Promise<ModelAnswer>;
}
