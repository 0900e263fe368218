import type { Answering, ModelFailed, ModelFailureCode, TokenUsage, Unread } from '../../domain/model/answer.js';
import type { CompletionSettings } from '../../domain/model/completion-request.js';
import { completionRequest } from '../../domain/model/completion-request.js';
import { parseCompletion } from '../../domain/model/completion.schema.js';
import type { Prompt } from '../../domain/model/prompt.js';
import { shorten } from '../../domain/text/visible.js';
import { readKey } from '../outbound/key-file.js';
import { isResponse, jsonOf, retryAfterSeconds, send } from '../outbound/send.js';
import type { WayOut } from '../outbound/way-out.js';

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

/** One question, and how its answer is read. */
export interface Question<Read extends object> {
  readonly prompt: Prompt;
  readonly seed: number;
  readonly signal: AbortSignal;
  /** Total: of any text. */
  readonly read: (text: string) => Read | Unread;
}

export type Said<Read extends object> = (Answering & Read) | ModelFailed;

const rawAnswerMax = 16_384;

const isUnread = (read: object): read is Unread => 'code' in read;

/** Asks one endpoint once. Never rejects, and always ends within its time. */
export async function askProvider<Read extends object>(endpoint: Endpoint, question: Question<Read>, asking: Asking): Promise<Said<Read>> {
  const started = performance.now();
  const { prompt, seed } = question;
  const failed = (code: ModelFailureCode, why: string, more: { usage?: TokenUsage; retryAfterSeconds?: number } = {}): ModelFailed => ({
    kind: 'failed',
    code,
    why: shorten(why, 300),
    provider: endpoint.name,
    promptDigest: prompt.digest,
    ...more,
  });
  const key = endpoint.keyFile === undefined ? { key: undefined } : await readKey(endpoint.keyFile);
  if ('why' in key) return failed('no_provider', key.why);
  const body = JSON.stringify(completionRequest(prompt, { ...endpoint, seed }));
  const headers = key.key === undefined ? {} : { authorization: `Bearer ${key.key}` };
  const url = new URL(`${endpoint.baseUrl}/chat/completions`);
  const { responseBytesMax: bytesMax, timeoutMilliseconds: milliseconds, isLocal } = endpoint;
  const outcome = await send({ url, body, headers, bytesMax, milliseconds, signal: question.signal }, { ...asking, isLocal });
  const audited = <Answer extends object>(answer: Answer) => ({
    ...answer,
    route: endpoint.isLocal ? ('loopback' as const) : ('egress' as const),
    ...(outcome.connections && { connections: outcome.connections }),
  });
  if (!isResponse(outcome)) return audited(failed(outcome.code, outcome.why));
  const { status, retryAfter, body: text } = outcome;
  if (status === 429) {
    const seconds = retryAfterSeconds(retryAfter, Date.now());
    return audited(failed('too_many_requests', 'too many requests', seconds === undefined ? {} : { retryAfterSeconds: seconds }));
  }
  if (status !== 200) return audited(failed('http_error', `it answered with status ${status}`));
  const value = jsonOf(text);
  if (value === undefined) return audited(failed('not_json', 'the response is no JSON'));
  const completion = parseCompletion(value);
  if (completion === undefined) return audited(failed('wrong_shape', 'the response holds no completion with a text'));
  const usage = completion.usage ?? { promptTokens: Math.ceil(body.length / 3), outputTokens: Math.ceil(completion.text.length / 3) };
  if (completion.isCut) return audited(failed('truncated', `the answer was cut off after ${usage.outputTokens} tokens`, { usage }));
  const answer = question.read(completion.text);
  if (isUnread(answer)) return audited(failed(answer.code, answer.why, { usage }));
  return audited({
    kind: 'answered' as const,
    ...answer,
    provider: endpoint.name,
    model: shorten(completion.model ?? endpoint.model, 256),
    promptDigest: prompt.digest,
    usage,
    milliseconds: Math.round(performance.now() - started),
    raw: shorten(completion.text, rawAnswerMax),
  });
}
