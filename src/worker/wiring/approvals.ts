import { createHash } from 'node:crypto';
import type { Vouchers } from '../../adapters/permit/permit.js';
import { createSignatureVerifier } from '../../adapters/signatures/create-signature-verifier.js';
import type { SignatureVerifier } from '../../adapters/signatures/signature-verifier.js';
import type { JanusConfig } from '../../config/config.js';
import type { ProposerProof } from '../../contract/messages.js';
import { knowsPersons } from '../../domain/approval/terms.js';
import { canonicalJson } from '../../domain/text/canonical.js';
import type { ProposalDocument } from '../../domain/action/proposal.schema.js';
import { writeProposerStatement } from '../../domain/approval/statement.js';

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Without keys nothing is verified: what must be signed then counts for nobody. */
export function openSignatures({ approvals: { allowedSigners, revokedSigners } }: JanusConfig): SignatureVerifier {
  if (allowedSigners !== undefined) return createSignatureVerifier({ allowedSigners, revoked: revokedSigners });
  const why = 'this host has no allowed_signers, so no signature can be verified';
  return { verify: () => Promise.resolve({ ok: false, code: 'SIGNATURES_UNAVAILABLE', why }) };
}

/** The brain's own word on what its thinking cycle proposes (spec A3); none where nothing depends on who proposed. */
export function vouchFor(
  { approvals, vesselId }: JanusConfig,
  vouchers: Vouchers,
  namespace: string,
): ((document: ProposalDocument) => ProposerProof) | undefined {
  if (!knowsPersons(approvals)) return undefined;
  return (document) => {
    const statement = writeProposerStatement({
      vessel: vesselId,
      namespace,
      proposal_id: document.proposal_id,
      document_sha256: sha256(canonicalJson(document)),
      proposer: vesselId,
      issued_at: new Date().toISOString(),
    });
    return { statement, signature: vouchers.vouch(statement) };
  };
}
