import type { Lookup, OracleAnswer, OracleAnswered } from '../../domain/oracles/oracle.js';

/** The oracles of a vessel. Never rejects: what goes wrong is an answer with a code. */
export interface Oracles {
  /** What was answered before, where it is not too old. */
  cached(lookup: Lookup): Promise<OracleAnswered | undefined>;
  /** Asks, and keeps the answer. */
  ask(lookup: Lookup, signal: AbortSignal): Promise<OracleAnswer>;
}
