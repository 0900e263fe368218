import { randomBytes } from 'node:crypto';
import type { ApprovalChecks } from '../../../src/activities/shared/approvals.js';
import type { SignatureVerifier } from '../../../src/adapters/signatures/signature-verifier.js';
import type { Person } from '../../../src/client/deciding/person.js';
import type { DecideMessage, ProposalView, ProposerProof } from '../../../src/contract/messages.js';
import type { ApprovalPolicy } from '../../../src/domain/approval/terms.js';
import { canonicalJson } from '../../../src/domain/text/canonical.js';
import type { ProposalDocument } from '../../../src/domain/action/proposal.schema.js';
import { writeProposerStatement, writeStatement } from '../../../src/domain/approval/statement.js';
import { sha256 } from './proposals.js';

/** As on a fresh machine: one word of anybody. */
export const openApprovals: ApprovalPolicy = {
  signature: 'by_risk',
  allowedSigners: undefined,
  groups: { first_citizen: ['first_citizen'], trinity: ['claude', 'gemini', 'codex'] },
  rules: [],
  selfApproval: 'forbidden',
  modelOperators: [],
  breakGlass: undefined,
};

/** Keys exist, so persons are told apart: ana and bo decide, claude, gemini and codex are asked next. */
export const signedApprovals: ApprovalPolicy = {
  ...openApprovals,
  allowedSigners: '/etc/janus/allowed_signers',
  groups: { first_citizen: ['ana', 'bo'], trinity: ['claude', 'gemini', 'codex'] },
  breakGlass: { group: 'first_citizen', reviewSeconds: 3_600 },
};

/** Two of three have to agree, on top of that. */
export const twoOfTrinity = { ...signedApprovals, rules: [{ requirement: { group: 'trinity', approve: 2 } }] };

/** What somebody says, before it is signed. */
export type Message = Partial<DecideMessage> & Pick<DecideMessage, 'decision'>;
export const approval: Message = { decision: 'approve' };

/** Of a key that `testKeys` believes. */
export const signatureOf = (namespace: string, principal: string, text: string) => `${namespace}:${principal}:${sha256(text)}`;

/** Somebody with a key that `testKeys` believes. */
export const signingPerson = (by: string): Person => ({ by, sign: async (text, namespace) => signatureOf(namespace, by, text) });

/** Stands for ssh-keygen where the subject is not the signature: a name and a hash are what it takes to sign. */
export interface TestKeys extends SignatureVerifier {
  /** Keys that have been taken away since. */
  readonly revoked: Set<string>;
}

export function testKeys(): TestKeys {
  const revoked = new Set<string>();
  return {
    revoked,
    verify: async ({ text, signature, principal, namespace }) => {
      if (signature !== signatureOf(namespace, principal, text)) return { ok: false, code: 'SIGNATURE_INVALID', why: 'another signature' };
      if (revoked.has(principal)) return { ok: false, code: 'KEY_REVOKED', why: `the key of ${principal} was revoked` };
      return { ok: true, key: `SHA256:${principal}` };
    },
  };
}

export const noVouchers = { isOwn: () => false, vouch: () => '' };

export function approvalChecks(now: () => Date, change: Partial<ApprovalChecks> = {}): ApprovalChecks {
  const self = { vessel: 'janus-test', namespace: 'default' };
  return { approvals: { policy: openApprovals, signatures: testKeys() }, self, now, ...change };
}

export interface Signing {
  readonly namespace?: string;
  readonly vessel?: string;
  readonly now?: Date;
  /** Fields of the statement that are to differ. */
  readonly change?: Readonly<Record<string, unknown>>;
}

/** The message of a person who signs what the view shows. */
export function signedBy(
  by: string,
  view: Pick<ProposalView, 'proposalId' | 'firstRunId' | 'digest'>,
  message: Partial<DecideMessage> & Pick<DecideMessage, 'decision'>,
  { namespace = 'default', vessel = 'janus-test', now = new Date(), change = {} }: Signing = {},
): DecideMessage {
  const { reason = '', extend, outcome, decision } = message;
  const statement = writeStatement({
    vessel,
    namespace,
    workflow_id: view.proposalId,
    run_id: view.firstRunId,
    proposal_id: view.proposalId,
    proposal_sha256: view.digest ?? '',
    decision,
    reason,
    signer: by,
    issued_at: now.toISOString(),
    // The time-skipping server is years ahead at times; no statement outlives its deadline anyway.
    expires_at: '2190-01-01T00:00:00.000Z',
    nonce: randomBytes(16).toString('hex'),
    ...(extend !== undefined && { extend }),
    ...(outcome !== undefined && { outcome }),
    ...change,
  });
  const needsDigest = decision === 'approve' || decision === 'break_glass';
  return {
    by,
    ...(needsDigest && view.digest !== undefined && { digest: view.digest }),
    ...message,
    statement,
    signature: signatureOf('janus-approval@v1', by, statement),
  };
}

/** The proof of a person who signs what they propose. */
export function proposedBy(
  proposer: string,
  document: ProposalDocument,
  { namespace = 'default', vessel = 'janus-test' }: Signing = {},
): ProposerProof {
  const statement = writeProposerStatement({
    vessel,
    namespace,
    proposal_id: document.proposal_id,
    document_sha256: sha256(canonicalJson(document)),
    proposer,
    issued_at: '2026-01-02T03:04:05.678Z',
  });
  return { statement, signature: signatureOf('janus-proposal@v1', proposer, statement) };
}
