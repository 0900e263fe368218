import type { Model } from '../../../src/adapters/model/model.js';
import type { ModelAnswered, ModelRequest } from '../../../src/domain/model/answer.js';
import type { Candidate } from '../../../src/domain/model/candidate.js';

/** A model without randomness: says what it is told to say, and remembers what it was asked. */
export function scriptedModel(candidates: (request: ModelRequest) => readonly Candidate[], change: Partial<ModelAnswered> = {}) {
  const asked: ModelRequest[] = [];
  const model: Model = {
    ask(request) {
      asked.push(request);
      const chosen = candidates(request);
      return Promise.resolve({
        kind: 'answered',
        candidates: chosen,
        malformed: [],
        provider: 'scripted',
        model: 'scripted',
        promptDigest: 'd'.repeat(64),
        usage: { promptTokens: 100, outputTokens: 50 },
        milliseconds: 1,
        raw: JSON.stringify(chosen),
        ...change,
      });
    },
  };
  return { model, asked };
}
