import type { ConnectionRecord } from '../action/connection.js';

/** Who can be asked: a model for knowledge in words, a calculator, statistics. All of them only answer (spec T8). */
export const oracleNames = ['groq', 'wolfram', 'datacommons'] as const;
export type OracleName = (typeof oracleNames)[number];

/** One question. Each oracle has a form of its own: `queryProblem`. */
export interface Lookup {
  readonly oracle: OracleName;
  readonly query: string;
}

/** What an oracle said. Its text is a stranger's: bounded, and shown through `visible` only. */
export type OracleResult =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly text: string; readonly value: number; readonly unit?: string }
  | {
      readonly kind: 'series';
      readonly text: string;
      readonly points: readonly { readonly date: string; readonly value: number }[];
      readonly unit?: string;
    };

/** Stable: records and exit codes count them. */
export const oracleFailures = [
  /** It has no key, or none that can be used: nobody was asked. */
  'unavailable',
  'bad_query',
  'quota',
  'timeout',
  'too_large',
  'unreachable',
  'http_error',
  /** The key does not count there. */
  'not_permitted',
  'too_many_requests',
  'server_error',
  'not_json',
  'wrong_shape',
  /** It understood nothing, or knows nothing of it. */
  'no_answer',
  /** It was asked, and nobody knows what it said: the worker died meanwhile. */
  'interrupted',
] as const;
export type OracleFailureCode = (typeof oracleFailures)[number];

export interface OracleAnswered extends Lookup {
  readonly kind: 'answered';
  readonly result: OracleResult;
  /** When it said so, ISO 8601. */
  readonly at: string;
  /** It was not asked now: it had answered the same before. */
  readonly isCached: boolean;
  readonly milliseconds: number;
  /** What went beyond this machine. */
  readonly connections?: readonly ConnectionRecord[];
}

export interface OracleFailed extends Lookup {
  readonly kind: 'failed';
  readonly code: OracleFailureCode;
  readonly why: string;
  readonly retryAfterSeconds?: number;
  readonly connections?: readonly ConnectionRecord[];
}

export type OracleAnswer = OracleAnswered | OracleFailed;

export const resultTextMax = 2_000;
