import type { ConnectionRecord } from '../action/connection.js';
import type { Candidate, Dropped } from './candidate.js';
import type { Catalogue } from './catalogue.js';
import type { CharterExcerpt } from './charter.js';
import type { ThinkingContext } from './context.js';

/** One question to a model. The prompt is rendered where it is asked: a changed prompt replays. */
export interface ModelRequest {
  readonly context: ThinkingContext;
  readonly catalogue: Catalogue;
  readonly proposalsMax: number;
  readonly seed: number;
  /** What was wrong with its last answer: the one round of repair. */
  readonly repair?: readonly Dropped[];
}

/** Stable: records and breakers count them. */
export type ModelFailureCode =
  | 'timeout'
  | 'too_large'
  | 'unreachable'
  | 'http_error'
  | 'too_many_requests'
  | 'not_json'
  | 'wrong_shape'
  | 'truncated'
  | 'no_provider'
  | 'nothing_to_ask'
  /** What it is held to cannot be told: no file, no text, or one that the agent itself could have written. */
  | 'no_charter'
  | 'budget'
  | 'breaker_open'
  /** It was asked, and nobody knows what it said: the worker died meanwhile. */
  | 'interrupted';

export interface TokenUsage {
  readonly promptTokens: number;
  readonly outputTokens: number;
}

/** How an endpoint is reached: on this machine, or beyond it through janus-egress. */
export type ModelRoute = 'loopback' | 'egress';

/** What there is to know of any answer, whatever was read from it. */
export interface Answering {
  readonly kind: 'answered';
  readonly provider: string;
  readonly model: string;
  readonly promptDigest: string;
  /** Which sections of the charter the prompt told. */
  readonly charter?: Omit<CharterExcerpt, 'text'>;
  readonly usage: TokenUsage;
  readonly milliseconds: number;
  /** As it came, at most `rawAnswerMax` characters: for the record, never for a command. */
  readonly raw: string;
  readonly route?: ModelRoute;
  /** What went beyond this machine. */
  readonly connections?: readonly ConnectionRecord[];
}

export interface ModelAnswered extends Answering {
  readonly candidates: readonly Candidate[];
  /** Parts of the answer that are no candidates. */
  readonly malformed: readonly Dropped[];
}

export interface ModelFailed {
  readonly kind: 'failed';
  readonly code: ModelFailureCode;
  readonly why: string;
  readonly provider?: string;
  readonly promptDigest?: string;
  readonly usage?: TokenUsage;
  readonly retryAfterSeconds?: number;
  readonly route?: ModelRoute;
  readonly connections?: readonly ConnectionRecord[];
}

/** A model that does not answer is no error of the cycle: its own proposals are missing, and the reason is known (spec T3). */
export type ModelAnswer = ModelAnswered | ModelFailed;

/** Why nothing can be read from a text. */
export interface Unread {
  readonly code: 'not_json' | 'wrong_shape';
  readonly why: string;
}
