import type { ProposerProof } from '../../contract/messages.js';
import type { ProposalDocument } from '../../domain/action/proposal.schema.js';
import { documentDigest } from '../../domain/action/digests.js';
import { writeProposerStatement } from '../../domain/approval/statement.js';
import type { Sha256 } from '../../domain/text/canonical.js';

export interface Vouching {
  readonly vessel: string;
  /** Temporal's. */
  readonly namespace: string;
  readonly sha256: Sha256;
  readonly now: () => Date;
  /** Signs with the brain's own key. */
  readonly sign: (statement: string) => string;
}

/** The brain's signed statement that its own thinking cycle proposed this (spec A3). */
export function vouchFor({ vessel, namespace, sha256, now, sign }: Vouching, document: ProposalDocument): ProposerProof {
  const statement = writeProposerStatement({
    vessel,
    namespace,
    proposal_id: document.proposal_id,
    document_sha256: documentDigest(sha256, document),
    proposer: vessel,
    issued_at: now().toISOString(),
  });
  return { statement, signature: sign(statement) };
}
