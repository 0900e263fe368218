import type { Permit, SignedPermit } from '../../domain/action/permit.js';

/** What a permit must have been signed for. */
export interface PermitSubject {
  readonly proposalId: string;
  readonly digest: string;
  /** Absent: a start. */
  readonly purpose?: 'preview';
}

/** The brain's side. The private key is a file of mode 0600 that only the brain can read. */
export interface PermitIssuer {
  issue(permit: Permit): SignedPermit;
}

/**
 * The brain's own word on what its thinking cycle proposed: the same key as for permits, over another kind of text, so that neither can
 * ever stand for the other.
 */
export interface Vouchers {
  /** base64 */
  vouch(statement: string): string;
  isOwn(statement: string, signature: string): boolean;
}

/** The hands' side: they know the public key only. */
export interface PermitVerifier {
  /** Returns the permit if it was signed for exactly this; throws JanusError PERMIT_REFUSED with the reason otherwise. Any value may be passed. */
  verify(signed: unknown, subject: PermitSubject): Permit;
}
