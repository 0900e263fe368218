/** Stable codes: they are recorded and shown. */
export type SignatureCode =
  'SIGNATURE_INVALID' | 'SIGNER_UNKNOWN' | 'KEY_EXPIRED' | 'KEY_REVOKED' | 'WRONG_KEY_NAMESPACE' | 'SIGNATURES_UNAVAILABLE';

/** Why a signature does not count. */
export interface SignatureProblem {
  readonly ok: false;
  readonly code: SignatureCode;
  readonly why: string;
}

/** `key` is the fingerprint of the key that signed. */
export type SignatureVerdict = { readonly ok: true; readonly key: string } | SignatureProblem;

export interface SignedText {
  readonly text: string;
  /** Armoured, as `ssh-keygen -Y sign` writes it. */
  readonly signature: string;
  /** Who is said to have signed. */
  readonly principal: string;
  /** What for: one of `signatureNamespaces`. */
  readonly namespace: string;
  /** The moment at which keys have to be valid. A key that is revoked now is revoked for every moment. */
  readonly at: Date;
}

/** Says whether a person signed a text. Never throws: what cannot be verified is not verified. */
export interface SignatureVerifier {
  verify(signed: SignedText): Promise<SignatureVerdict>;
}
