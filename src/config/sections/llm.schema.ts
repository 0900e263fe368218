import { z } from 'zod';
import { isDomainPattern } from '../../domain/text/domain-name.js';
import { path, section, text } from './parts.schema.js';

/** How an endpoint is told the form of an answer: exactly one way each, because some refuse a request that names two. */
const profileSchema = z.enum(['llamacpp', 'openai_strict', 'openai_json']);

const providerSchema = z
  .strictObject({
    name: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'lower-case letters, digits and dashes'),
    base_url: z.url({ protocol: /^https?$/, error: 'an address such as http://127.0.0.1:11435/v1' }).max(512),
    model: text,
    profile: profileSchema,
    api_key_file: path.optional(),
    api_key_credential: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,64}$/, "the name of a systemd credential: letters, digits, '_' and '-'")
      .optional(),
    timeout_seconds: z.number().min(1).max(600).default(120),
  })
  .refine(({ api_key_file: file, api_key_credential: credential }) => file === undefined || credential === undefined, {
    message: 'api_key_file and api_key_credential are both given: name one',
    path: ['api_key_file'],
  });

const exactHost = z
  .string()
  .refine((host) => isDomainPattern(host) && !host.startsWith('*'), 'a host name such as api.example.org, without scheme, port or path');

/** agent.yaml, section `llm`: which models are asked, how, and how much that may cost (spec T3). */
export const llmSchema = section({
  providers: z
    .array(providerSchema)
    .max(8)
    .default([])
    .describe('OpenAI-compatible endpoints, in the order in which they are asked: the next one only where the one before gave no answer'),
  allowed_domains: z
    .array(exactHost)
    .max(8)
    .default([])
    .describe('Hosts beyond this machine that a model may be asked at, over HTTPS and janus-egress; actions do not get them by that'),
  remote_fallback: z
    .boolean()
    .default(false)
    .describe(
      'Whether an endpoint beyond this machine is asked where one on it gave no answer: what the mind knows leaves the machine then',
    ),
  temperature: z.number().min(0).max(2).default(0.2).describe('How much chance there is in an answer; 0: none'),
  max_response_bytes: z.number().int().min(4_096).max(4_194_304).default(262_144).describe('A longer response ends the question'),
  max_prompt_tokens: z.number().int().min(500).max(200_000).default(4_000).describe('Of one question; facts that do not fit are left out'),
  max_charter_tokens: z
    .number()
    .int()
    .min(0)
    .max(50_000)
    .default(1_000)
    .describe('Of those for the text of the charter, never more than a third; sections that do not fit are left out'),
  max_output_tokens: z
    .number()
    .int()
    .min(200)
    .max(32_000)
    .default(2_000)
    .describe('Of one answer; a cycle asks for so many proposals as surely fit'),
  daily_calls: z.number().int().min(0).max(100_000).default(100).describe('Questions within any 24 hours'),
  daily_tokens: z.number().int().min(0).max(1_000_000_000).default(300_000).describe('Tokens of questions and answers within any 24 hours'),
  breaker: section({
    failures: z.number().int().min(1).max(100).default(3).describe('Failures in a row after which no model is asked for a while'),
    open_hours: z.number().positive().max(168).default(6).describe('For how long; then one question tries whether it works again'),
  }),
  local: section({
    model_path: path.optional().describe('Weights (GGUF) that `npm run local-model` serves; default: a small model that it fetches'),
    port: z.number().int().min(1_024).max(65_535).default(11_435).describe('Where it listens, on this machine only'),
    gpu: z.enum(['auto', 'off']).default('auto').describe('Whether llama.cpp may use a GPU that it finds'),
  }),
});

export type LlmDocument = z.output<typeof llmSchema>;
