import { createSignatureVerifier } from './create-signature-verifier.js';
import type { SignatureVerifier } from './signature-verifier.js';

export interface SignatureFiles {
  readonly allowedSigners: string | undefined;
  /** Absent: what a key said before it was revoked counts. */
  readonly revokedSigners?: string;
  /** Other lists that have to say the same. */
  readonly alsoListed?: Omit<SignatureFiles, 'alsoListed'>;
}

/** Counts what both count; where one does not, says why. */
const both = (one: SignatureVerifier, other: SignatureVerifier): SignatureVerifier => ({
  async verify(signed) {
    const verdict = await one.verify(signed);
    return verdict.ok ? other.verify(signed) : verdict;
  },
});

/** The verifier of this host. Without keys nothing is verified: what must be signed then counts for nobody. */
export function openSignatures({ allowedSigners, revokedSigners, alsoListed }: SignatureFiles): SignatureVerifier {
  if (alsoListed !== undefined)
    return both(openSignatures({ allowedSigners, ...(revokedSigners !== undefined && { revokedSigners }) }), openSignatures(alsoListed));
  if (allowedSigners !== undefined)
    return createSignatureVerifier({ allowedSigners, ...(revokedSigners !== undefined && { revoked: revokedSigners }) });
  const why = 'this host has no allowed_signers, so no signature can be verified';
  return { verify: () => Promise.resolve({ ok: false, code: 'SIGNATURES_UNAVAILABLE', why }) };
}
