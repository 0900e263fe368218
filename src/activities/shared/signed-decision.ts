import type { SignatureVerifier } from '../../adapters/signatures/signature-verifier.js';
import type { CountedDecision, VerifiedDecision } from '../../contract/activities.js';
import { matchStatement, parseStatement, signatureNamespaces } from '../../domain/approval/statement.js';

/** What a signed decision must be about: put in by the one who verifies, from its own knowledge. */
export interface SignedSubject {
  readonly vessel: string;
  /** Temporal namespace. */
  readonly namespace: string;
  readonly workflowId: string;
  readonly firstRunId: string;
  readonly digest: string;
  /** No statement outlives the question; absent where the question was answered, or never had an end. */
  readonly deadline?: Date | undefined;
  readonly now: Date;
  readonly usedNonces: readonly string[];
}

/**
 * Whether a decision was signed by the one whose name it bears, over exactly this (spec A3): first the statement, which costs nothing, then the
 * signature. Never throws for what somebody sent; each reason has a code of its own.
 */
export async function verifySigned(
  signatures: SignatureVerifier,
  decision: CountedDecision,
  { now, deadline, ...subject }: SignedSubject,
): Promise<VerifiedDecision> {
  const { statement: text = '', signature = '', kind, by, reason, extendSeconds, outcome } = decision;
  const statement = parseStatement(text);
  if ('malformed' in statement) return { code: 'MALFORMED_STATEMENT', why: statement.malformed };
  const mismatch = matchStatement(statement, {
    ...subject,
    proposalId: subject.workflowId,
    usedNonces: new Set(subject.usedNonces),
    now: now.getTime(),
    deadline: deadline?.getTime(),
    kind,
    by,
    reason,
    extendSeconds,
    outcome,
  });
  if (mismatch !== undefined) return mismatch;
  const verified = await signatures.verify({
    text,
    signature,
    principal: statement.signer,
    namespace: signatureNamespaces.decision,
    at: now,
  });
  return verified.ok
    ? { code: 'ACCEPTED', why: '', key: verified.key, nonce: statement.nonce }
    : { code: verified.code, why: verified.why };
}
