import type { ProposerProof } from '../../contract/messages.js';
import type { ProposalDocument } from '../../domain/action/proposal.schema.js';
import { documentDigest } from '../../domain/action/digests.js';
import { writeProposerStatement } from '../../domain/approval/statement.js';
import type { Sha256 } from '../../domain/text/canonical.js';
import type { Speaking } from '../shared/own-word.js';

/** Signs with the brain's own key. */
export interface Vouching extends Speaking {
  readonly sha256: Sha256;
  readonly now: () => Date;
}

/** The brain's signed statement that its own thinking cycle proposed this (spec A3). */
export function vouchFor({ self: { vessel, namespace }, sha256, now, vouchers }: Vouching, document: ProposalDocument): ProposerProof {
  const statement = writeProposerStatement({
    vessel,
    namespace,
    proposal_id: document.proposal_id,
    document_sha256: documentDigest(sha256, document),
    proposer: vessel,
    issued_at: now().toISOString(),
  });
  return { statement, signature: vouchers.vouch(statement) };
}
