import type { Json } from '../text/canonical.js';
import { toGrammar } from './grammar.js';
import { toJsonSchema } from './json-schema.js';
import type { Prompt } from './prompt.js';
import type { Shape } from './shape.js';

/** How an endpoint is told the form of an answer. Exactly one way each: llama.cpp refuses a request that names a schema and a grammar. */
export const profiles = {
  llamacpp: (shape: Shape) => ({ grammar: toGrammar(shape) }),
  openai_strict: (shape: Shape) => ({
    response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema: toJsonSchema(shape) } },
  }),
  openai_json: () => ({ response_format: { type: 'json_object' } }),
} as const satisfies Readonly<Record<string, (shape: Shape) => Readonly<Record<string, Json>>>>;

export type Profile = keyof typeof profiles;

export interface CompletionSettings {
  readonly model: string;
  readonly profile: Profile;
  readonly temperature: number;
  readonly outputTokensMax: number;
  readonly seed: number;
}

/** The body of one request. */
export const completionRequest = ({ messages, shape }: Prompt, settings: CompletionSettings) => ({
  model: settings.model,
  messages,
  temperature: settings.temperature,
  max_tokens: settings.outputTokensMax,
  seed: settings.seed,
  stream: false,
  ...profiles[settings.profile](shape),
});
