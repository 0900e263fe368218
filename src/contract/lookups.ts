import type { Lookup, OracleAnswer } from '../domain/oracles/oracle.js';

/** The brain's word that an oracle may be asked this, once, for this run. */
export interface LookupTicket extends Lookup {
  /** Of the record that says so. */
  readonly id: string;
  /** ISO 8601. */
  readonly expiresAt: string;
  /** How long the answer may take. */
  readonly seconds: number;
  /** base64, over all of that and the run. */
  readonly signature: string;
}

/** What became of a ticket. */
export interface LookedUp {
  readonly id: string;
  readonly answer: OracleAnswer;
}

/** Which lookups of a cycle may be made now, and why others are not. */
export interface LookupsIssued {
  readonly kind: 'lookups';
  readonly tickets: readonly LookupTicket[];
  readonly refused: readonly (Lookup & { readonly why: string })[];
}
