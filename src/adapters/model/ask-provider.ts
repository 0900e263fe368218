import type { ModelAnswer, ModelFailureCode, TokenUsage } from '../../domain/model/answer.js';
import type { ConnectionRecord } from '../../domain/action/connection.js';
import type { CompletionSettings } from '../../domain/model/completion-request.js';
import { completionRequest } from '../../domain/model/completion-request.js';
import { parseCompletion } from '../../domain/model/completion.schema.js';
import type { Prompt } from '../../domain/model/prompt.js';
import { readAnswer } from '../../domain/model/read-answer.js';
import { shorten } from '../../domain/text/visible.js';
import { readKey } from './key-file.js';
import type { PostFailure, PostResponse } from './post.js';
import { post } from './post.js';
import type { WayOut } from './way-out.js';
import { openTunnel } from './way-out.js';

/** One endpoint, and how it is asked. */
export interface Endpoint extends Omit<CompletionSettings, 'seed'> {
  readonly name: string;
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly keyFile?: string;
  readonly timeoutMilliseconds: number;
  readonly isLocal: boolean;
  readonly responseBytesMax: number;
}

export interface Asking {
  readonly wayOut: WayOut;
  readonly certificates?: string;
}

export const rawAnswerMax = 16_384;
const retryAfterSecondsMax = 86_400;

type Outcome = (PostResponse | PostFailure) & { readonly connections?: readonly ConnectionRecord[] };
const isResponse = (outcome: Outcome): outcome is PostResponse & Outcome => 'status' in outcome;

/** Directly on this machine; anywhere else through a proxy that is opened for this one question. */
async function send(
  endpoint: Endpoint,
  body: string,
  { key, signal, wayOut, certificates }: Asking & { key: string | undefined; signal: AbortSignal },
): Promise<Outcome> {
  const url = new URL(`${endpoint.baseUrl}/chat/completions`);
  const asked = { url, body, key, bytesMax: endpoint.responseBytesMax, signal };
  if (endpoint.isLocal) return post(asked);
  const unreachable = (error: unknown): PostFailure => ({
    code: signal.aborted ? 'timeout' : 'unreachable',
    why: (error as Error).message,
  });
  let lease: Awaited<ReturnType<WayOut['open']>>;
  try {
    lease = await wayOut.open(url.hostname);
  } catch (error) {
    return unreachable(error);
  }
  const outcome = await openTunnel(lease.socket, url.hostname, { signal, certificates }).then(
    (through) => post({ ...asked, through }),
    unreachable,
  );
  const use = await lease.close();
  return { ...outcome, ...(use && { connections: use.records }) };
}

/** Seconds, from either form that HTTP knows; absent is no 0, and nobody is made to wait for longer than a day. */
function secondsOf(retryAfter: string | undefined, now: number): number | undefined {
  if (retryAfter === undefined || retryAfter.trim() === '') return undefined;
  const seconds = /^\d+$/.test(retryAfter.trim()) ? Number(retryAfter) : Math.ceil((Date.parse(retryAfter) - now) / 1_000);
  return Number.isFinite(seconds) ? Math.min(Math.max(0, seconds), retryAfterSecondsMax) : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Asks one endpoint once. Never rejects, and always ends within its time. */
export async function askProvider(
  endpoint: Endpoint,
  prompt: Prompt,
  seed: number,
  asking: Asking & { signal: AbortSignal },
): Promise<ModelAnswer> {
  const started = performance.now();
  const failed = (code: ModelFailureCode, why: string, more: { usage?: TokenUsage; retryAfterSeconds?: number } = {}): ModelAnswer => ({
    kind: 'failed',
    code,
    why: shorten(why, 300),
    provider: endpoint.name,
    promptDigest: prompt.digest,
    ...more,
  });
  const key = endpoint.keyFile === undefined ? { key: undefined } : await readKey(endpoint.keyFile);
  if ('why' in key) return failed('no_provider', key.why);
  const signal = AbortSignal.any([asking.signal, AbortSignal.timeout(endpoint.timeoutMilliseconds)]);
  const body = JSON.stringify(completionRequest(prompt, { ...endpoint, seed }));
  const outcome = await send(endpoint, body, { ...asking, key: key.key, signal });
  const audited = (answer: ModelAnswer): ModelAnswer => ({ ...answer, ...(outcome.connections && { connections: outcome.connections }) });
  if (!isResponse(outcome)) return audited(failed(outcome.code, outcome.why));
  const { status, retryAfter, body: text } = outcome;
  if (status === 429) {
    const retryAfterSeconds = secondsOf(retryAfter, Date.now());
    return audited(failed('too_many_requests', 'too many requests', retryAfterSeconds === undefined ? {} : { retryAfterSeconds }));
  }
  if (status !== 200) return audited(failed('http_error', `it answered with status ${status}`));
  const value = parseJson(text);
  if (value === undefined) return audited(failed('not_json', 'the response is no JSON'));
  const completion = parseCompletion(value);
  if (completion === undefined) return audited(failed('wrong_shape', 'the response holds no completion with a text'));
  const usage = completion.usage ?? { promptTokens: Math.ceil(body.length / 3), outputTokens: Math.ceil(completion.text.length / 3) };
  if (completion.isCut) return audited(failed('truncated', `the answer was cut off after ${usage.outputTokens} tokens`, { usage }));
  const answer = readAnswer(completion.text);
  if ('code' in answer) return audited(failed(answer.code, answer.why, { usage }));
  return audited({
    kind: 'answered',
    ...answer,
    provider: endpoint.name,
    model: shorten(completion.model ?? endpoint.model, 256),
    promptDigest: prompt.digest,
    usage,
    milliseconds: Math.round(performance.now() - started),
    raw: shorten(completion.text, rawAnswerMax),
  });
}
