import type { Permit, PermitPurpose, SignedPermit } from '../../domain/action/permit.js';

/** What hands know of a permit that they are shown; vessel, host and key are their own. */
export interface AskedPermit {
  readonly proposalId: string;
  readonly digest: string;
  readonly purpose?: PermitPurpose;
}

export interface PresentedPermit {
  readonly permit: Permit;
  /** As it was presented. */
  readonly signature: string;
}

/** The brain's side. The private key is a file of mode 0600 that only the brain can read. */
export interface PermitIssuer {
  issue(permit: Permit): SignedPermit;
  isOwn(presented: PresentedPermit): boolean;
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
  /** What was presented, not yet verified. Throws PERMIT_REFUSED where it is no permit at all. Any value may be passed. */
  read(signed: unknown, asked: AskedPermit): PresentedPermit;
  /** Throws PERMIT_REFUSED with the reason unless the brain signed exactly this. */
  assertSigned(presented: PresentedPermit): void;
}

/** The hands' own key. Its private half is a file of mode 0600 that only hands can read. */
export interface AnswerSigner {
  /** Fingerprint of the public half, `SHA256:...`: permits name it. */
  readonly fingerprint: string;
  /** base64 */
  sign(text: string): string;
}

/** What the brain knows of the hands of its host. Both read the key anew, and throw HANDS_UNKNOWN where there is none. */
export interface HandsKey {
  fingerprint(): string;
  isOwn(text: string, signature: string): boolean;
}
