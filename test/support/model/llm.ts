import type { LlmConfig } from '../../../src/config/sections/llm.js';

/** A configuration that asks nobody, or those who are named. */
export const anLlm = (change: Partial<LlmConfig> = {}): LlmConfig => ({
  providers: [],
  allowedDomains: [],
  remoteFallback: false,
  temperature: 0.2,
  responseBytesMax: 262_144,
  promptTokensMax: 4_000,
  charterTokensMax: 1_000,
  outputTokensMax: 2_000,
  dailyCallsMax: 100,
  dailyTokensMax: 300_000,
  breaker: { failures: 3, openHours: 6 },
  local: { modelPath: undefined, port: 11_435, gpu: 'auto' },
  ...change,
});
