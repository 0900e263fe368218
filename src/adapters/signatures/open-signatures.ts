import { createSignatureVerifier } from './create-signature-verifier.js';
import type { SignatureVerifier } from './signature-verifier.js';

export interface SignatureFiles {
  readonly allowedSigners: string | undefined;
  readonly revokedSigners: string;
}

/** The verifier of this host. Without keys nothing is verified: what must be signed then counts for nobody. */
export function openSignatures({ allowedSigners, revokedSigners }: SignatureFiles): SignatureVerifier {
  if (allowedSigners !== undefined) return createSignatureVerifier({ allowedSigners, revoked: revokedSigners });
  const why = 'this host has no allowed_signers, so no signature can be verified';
  return { verify: () => Promise.resolve({ ok: false, code: 'SIGNATURES_UNAVAILABLE', why }) };
}
