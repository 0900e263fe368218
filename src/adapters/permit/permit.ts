import type { Permit, SignedPermit } from '../../domain/permit.js';

/** The brain's side. The private key is a file of mode 0600 that only the brain can read. */
export interface PermitIssuer {
  issue(permit: Permit): SignedPermit;
}

/** The hands' side: they know the public key only. */
export interface PermitVerifier {
  /**
   * Returns the permit if its signature, vessel, host and digest are right.
   * `digest` is what hands computed from what they would run. Throws JanusError PERMIT_REFUSED with the reason otherwise.
   * `requireFresh`: also refuses an expired one (for starts; a rollback may come later).
   */
  verify(signed: unknown, expected: { readonly digest: string; readonly requireFresh: boolean; readonly now: Date }): Permit;
}
