import type { LlmDocument } from './llm.schema.js';
import type { Problem } from '../yaml/problem.js';
import type { Surroundings } from './endpoint.js';
import { addressObjection, isLoopback, keyFileOf } from './endpoint.js';

/** One endpoint that a model is asked at. */
export interface Provider {
  readonly name: string;
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly model: string;
  readonly profile: 'llamacpp' | 'openai_strict' | 'openai_json';
  /** File with its key; absent: it needs none. */
  readonly keyFile?: string;
  readonly timeoutMilliseconds: number;
  /** On this machine: asked directly. Anything else goes through the egress process. */
  readonly isLocal: boolean;
}

/** What agent.yaml says of models. */
export interface LlmConfig {
  readonly providers: readonly Provider[];
  readonly allowedDomains: readonly string[];
  readonly remoteFallback: boolean;
  readonly temperature: number;
  readonly responseBytesMax: number;
  readonly promptTokensMax: number;
  readonly charterTokensMax: number;
  readonly outputTokensMax: number;
  readonly dailyCallsMax: number;
  readonly dailyTokensMax: number;
  readonly breaker: { readonly failures: number; readonly openHours: number };
  readonly local: { readonly modelPath: string | undefined; readonly port: number; readonly gpu: 'auto' | 'off' };
}

export function toLlm(document: LlmDocument, surroundings: Surroundings): LlmConfig {
  const { at } = surroundings;
  return {
    providers: document.providers.map((provider) => {
      const keyFile = keyFileOf({ file: provider.api_key_file, credential: provider.api_key_credential }, surroundings);
      return {
        name: provider.name,
        baseUrl: provider.base_url.replace(/\/+$/, ''),
        model: provider.model,
        profile: provider.profile,
        ...(keyFile !== undefined && { keyFile }),
        timeoutMilliseconds: provider.timeout_seconds * 1_000,
        isLocal: isLoopback(new URL(provider.base_url).hostname),
      };
    }),
    allowedDomains: document.allowed_domains,
    remoteFallback: document.remote_fallback,
    temperature: document.temperature,
    responseBytesMax: document.max_response_bytes,
    promptTokensMax: document.max_prompt_tokens,
    charterTokensMax: document.max_charter_tokens,
    outputTokensMax: document.max_output_tokens,
    dailyCallsMax: document.daily_calls,
    dailyTokensMax: document.daily_tokens,
    breaker: { failures: document.breaker.failures, openHours: document.breaker.open_hours },
    local: {
      modelPath: document.local.model_path === undefined ? undefined : at(document.local.model_path),
      port: document.local.port,
      gpu: document.local.gpu,
    },
  };
}

/** What the schema cannot see: addresses that can never be asked, names that stand twice (spec F1). */
export function llmProblems(
  { providers, allowed_domains: allowedDomains }: LlmDocument,
  { file, lineOf }: { readonly file: string; readonly lineOf: (...path: (string | number)[]) => number },
): Problem[] {
  return providers.flatMap(({ name, base_url: address }, index) => {
    const place = (key: string) => ({ file, line: lineOf('llm', 'providers', index, key), key: `llm.providers.${index}.${key}` });
    const objection = addressObjection(address, (host) =>
      allowedDomains.includes(host) ? undefined : `llm.allowed_domains has to name ${host}`,
    );
    const isTwice = providers.findIndex((other) => other.name === name) !== index;
    return [
      ...(objection === undefined ? [] : [{ ...place('base_url'), found: JSON.stringify(address), allowed: objection }]),
      ...(isTwice ? [{ ...place('name'), found: `${name} twice`, allowed: 'each provider has a name of its own' }] : []),
    ];
  });
}
