import { randomBytes } from 'node:crypto';
import { sha256 } from '../../adapters/files/sha256.js';
import type { DecideMessage, ProposalView, ProposerProof } from '../../contract/messages.js';
import { documentDigest } from '../../domain/action/digests.js';
import type { ProposalDocument } from '../../domain/action/proposal.schema.js';
import { signatureNamespaces, writeProposerStatement, writeStatement } from '../../domain/approval/statement.js';
import { JanusError } from '../../domain/errors.js';
import type { Person, Sign } from './person.js';

/** Where it is signed: a statement is worth nothing on another vessel, in another namespace, at another time. */
export interface Place {
  readonly vessel: string;
  readonly namespace: string;
  readonly now: Date;
}

/** How long a statement counts about what waits for no deadline any more. */
const withoutDeadlineMilliseconds = 3_600_000;

/** Throws USAGE for what cannot be signed, such as a reason that is too long. */
export function written(write: () => string): string {
  try {
    return write();
  } catch (error) {
    throw new JanusError('USAGE', `this cannot be signed: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** Until when the statement counts: never beyond the deadline that is displayed. */
function expiry({ deadline }: ProposalView, now: Date): string {
  return deadline === undefined ? new Date(now.getTime() + withoutDeadlineMilliseconds).toISOString() : new Date(deadline).toISOString();
}

/** What a signature is about: the plan that was displayed, in the run that shows it. */
export interface Signed {
  readonly view: ProposalView;
  readonly digest: string;
}

/** The message with its signed statement (spec A3). Throws CONFLICT for a proposal of another vessel. */
export async function signDecision(message: DecideMessage, { view, digest }: Signed, place: Place, sign: Sign): Promise<DecideMessage> {
  const { proposalId: id, plan } = view;
  const { vessel, namespace, now } = place;
  if (plan?.vessel !== vessel)
    throw new JanusError('CONFLICT', `${id} is a proposal of ${plan?.vessel ?? 'nobody'}, not of ${vessel}. Nothing done.`, {
      details: { answer: 'WRONG_VESSEL' },
      next: 'ubos config show',
    });
  const { decision, by, reason = '', extend, outcome } = message;
  const statement = written(() =>
    writeStatement({
      vessel,
      namespace,
      workflow_id: id,
      run_id: view.firstRunId,
      proposal_id: id,
      proposal_sha256: digest,
      decision,
      reason,
      signer: by,
      issued_at: now.toISOString(),
      expires_at: expiry(view, now),
      nonce: randomBytes(16).toString('hex'),
      ...(extend !== undefined && { extend }),
      ...(outcome !== undefined && { outcome }),
    }),
  );
  return { ...message, digest, statement, signature: await sign(statement, signatureNamespaces.decision) };
}

/** The proposer's signature over the document; undefined without a key. */
export async function proveProposer({ by, sign }: Person, place: Place, document: ProposalDocument): Promise<ProposerProof | undefined> {
  if (sign === undefined) return undefined;
  const { vessel, namespace, now } = place;
  const statement = written(() =>
    writeProposerStatement({
      vessel,
      namespace,
      proposal_id: document.proposal_id,
      document_sha256: documentDigest(sha256, document),
      proposer: by,
      issued_at: now.toISOString(),
    }),
  );
  return { statement, signature: await sign(statement, signatureNamespaces.proposal) };
}
