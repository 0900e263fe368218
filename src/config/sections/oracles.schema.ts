import { z } from 'zod';
import { path, section, text } from './parts.schema.js';

/** A key lies in a file or in a systemd credential, never in agent.yaml. */
const keySchema = z
  .strictObject({
    file: path.optional(),
    credential: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,64}$/, "the name of a systemd credential: letters, digits, '_' and '-'")
      .optional(),
  })
  .refine(({ file, credential }) => (file === undefined) !== (credential === undefined), 'names either file or credential');

const address = z.url({ protocol: /^https?$/, error: 'an address such as https://api.example.org/v1' }).max(512);
const daily = (fallback: number) => z.number().int().min(0).max(100_000).default(fallback).describe('Lookups within any 24 hours');

/** agent.yaml, section `integrations.oracle_trinity`: who may be asked, and how often (spec T8). */
export const oracleTrinitySchema = section({
  enabled: z.boolean().default(false).describe('Whether oracles are asked at all; each needs a key of its own'),
  groq_endpoint: address.default('https://api.groq.com/openai/v1').describe('A model for knowledge in words; OpenAI-compatible'),
  wolfram_endpoint: address.default('https://api.wolframalpha.com/v2').describe('Wolfram|Alpha, full results'),
  datacommons_endpoint: address.default('https://api.datacommons.org').describe('Data Commons, REST v2'),
  groq_model: text.default('openai/gpt-oss-20b').describe('The model that Groq is asked for'),
  keys: section({
    groq: keySchema.optional().describe('Its key: { file: ... } or { credential: ... }; without one it is unavailable'),
    wolfram: keySchema.optional().describe('The same'),
    datacommons: keySchema.optional().describe('The same'),
  }),
  daily_lookups: section({ groq: daily(100), wolfram: daily(60), datacommons: daily(200) }),
  lookups_per_cycle: z.number().int().min(0).max(8).default(4).describe('Lookups of missions that one thinking cycle makes at most'),
  cache_hours: z.number().min(0).max(8_760).default(24).describe('How long an answer counts, in logging.intel_cache; 0: not at all'),
  timeout_seconds: z.number().min(1).max(120).default(30).describe('Of one lookup'),
  max_response_bytes: z.number().int().min(4_096).max(4_194_304).default(262_144).describe('A longer response ends the lookup'),
});

export type OracleTrinityDocument = z.output<typeof oracleTrinitySchema>;
