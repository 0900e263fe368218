import { canonicalJson } from '../text/canonical.js';
import { parseDuration } from './decision.js';
import type { Check, MalformedStatement } from './statement-fields.js';
import { duration, hex, oneOf, parseFields, text, time } from './statement-fields.js';

/** What a person may sign about a proposal (spec A1); what is signed about the vessel itself is in `order.ts`. */
export type StatementDecision = (typeof statementDecisions)[number];
export const statementDecisions = ['approve', 'reject', 'withdraw', 'extend', 'cancel', 'resolve', 'break_glass', 'preview'] as const;

/** The namespaces of `ssh-keygen -Y`: a signature made for one purpose is worth nothing for another. */
export const signatureNamespaces = { decision: 'janus-approval@v1', proposal: 'janus-proposal@v1' } as const;

/**
 * What is signed for one decision (spec A3), as canonical JSON (RFC 8785): it names exactly one proposal, in one run, on one vessel, with
 * one digest and one outcome, so that the signature is worth nothing anywhere else.
 */
export interface DecisionStatement {
  readonly type: 'janus.decision.v1';
  readonly vessel: string;
  readonly namespace: string;
  readonly workflow_id: string;
  /** The first run of the chain: a continue-as-new and a reset keep it. */
  readonly run_id: string;
  readonly proposal_id: string;
  /** The digest of the whole plan, 64 hex digits (spec P5). */
  readonly proposal_sha256: string;
  readonly decision: StatementDecision;
  /** Empty where none was given. */
  readonly reason: string;
  /** The principal in allowed_signers, which is the name in the groups. */
  readonly signer: string;
  readonly issued_at: string;
  readonly expires_at: string;
  /** 32 hex digits, once in a proposal's life. */
  readonly nonce: string;
  /** `extend`, and only there: "12h". */
  readonly extend?: string;
  /** `resolve`, and only there. */
  readonly outcome?: 'completed' | 'failed';
}

/** What a proposer signs: "no self-approval" would else rest on a claim. */
export interface ProposerStatement {
  readonly type: 'janus.proposal.v1';
  readonly vessel: string;
  readonly namespace: string;
  readonly proposal_id: string;
  /** Of the document as proposed: `documentDigest`. */
  readonly document_sha256: string;
  readonly proposer: string;
  readonly issued_at: string;
}

/** Stable codes: they are recorded and shown. */
export type StatementCode =
  | 'MALFORMED_STATEMENT'
  | 'WRONG_VESSEL'
  | 'WRONG_NAMESPACE'
  | 'WRONG_RUN'
  | 'WRONG_PROPOSAL'
  | 'DIGEST_MISMATCH'
  | 'WRONG_DECISION'
  | 'WRONG_ORDER'
  | 'WRONG_SIGNER'
  | 'STATEMENT_EXPIRED'
  | 'STATEMENT_NOT_YET'
  | 'REPLAYED';

/** Why a statement does not count. */
export interface StatementProblem {
  readonly code: StatementCode;
  readonly why: string;
}

/** Clocks differ; what is further ahead was dated in advance. */
const clockSkewMilliseconds = 5 * 60_000;

const decisionChecks: Readonly<Record<Exclude<keyof DecisionStatement, 'extend' | 'outcome'>, Check>> = {
  type: oneOf('janus.decision.v1'),
  vessel: text(63),
  namespace: text(255),
  workflow_id: text(255),
  run_id: text(64),
  proposal_id: text(64),
  proposal_sha256: hex(64),
  decision: oneOf(...statementDecisions),
  reason: text(2_000, { empty: true }),
  signer: text(200),
  issued_at: time,
  expires_at: time,
  nonce: hex(32),
};

const proposerChecks: Readonly<Record<keyof ProposerStatement, Check>> = {
  type: oneOf('janus.proposal.v1'),
  vessel: text(63),
  namespace: text(255),
  proposal_id: text(64),
  document_sha256: hex(64),
  proposer: text(200),
  issued_at: time,
};

/** Reads a statement of unknown origin. Never throws; what is not understood entirely is malformed, whatever it seems to say. */
export function parseStatement(source: unknown): DecisionStatement | MalformedStatement {
  const parsed = parseFields(source, ({ decision }) => ({
    ...decisionChecks,
    ...(decision === 'extend' && { extend: duration }),
    ...(decision === 'resolve' && { outcome: oneOf('completed', 'failed') }),
  }));
  if ('malformed' in parsed) return parsed as unknown as MalformedStatement;
  const statement = parsed as unknown as DecisionStatement;
  return Date.parse(statement.expires_at) > Date.parse(statement.issued_at) ? statement : { malformed: 'it expires before it was issued' };
}

/** Reads a proposer's statement of unknown origin. Never throws. */
export function parseProposerStatement(source: unknown): ProposerStatement | MalformedStatement {
  const parsed = parseFields(source, () => proposerChecks);
  return 'malformed' in parsed ? (parsed as unknown as MalformedStatement) : (parsed as unknown as ProposerStatement);
}

function written(source: string, parsed: object): string {
  if ('malformed' in parsed) throw new TypeError(`not a statement: ${String(parsed.malformed)}`);
  return source;
}

/** The text to sign. Throws a TypeError for what `parseStatement` would not take. */
export function writeStatement(fields: Omit<DecisionStatement, 'type'>): string {
  const source = canonicalJson({ ...fields, type: 'janus.decision.v1' });
  return written(source, parseStatement(source));
}

/** The text that a proposer signs. Throws a TypeError for what `parseProposerStatement` would not take. */
export function writeProposerStatement(fields: Omit<ProposerStatement, 'type'>): string {
  const source = canonicalJson({ ...fields, type: 'janus.proposal.v1' });
  return written(source, parseProposerStatement(source));
}

/** What a decision's statement has to say, from what the proposal itself knows and from the message that carries it. */
export interface ExpectedStatement {
  readonly vessel: string;
  readonly namespace: string;
  readonly workflowId: string;
  readonly firstRunId: string;
  readonly proposalId: string;
  /** All 64 digits. */
  readonly digest: string;
  /** The next five: as the message says; they must be those that were signed. */
  readonly kind: string;
  readonly by: string;
  readonly reason?: string | undefined;
  readonly extendSeconds?: number | undefined;
  readonly outcome?: string | undefined;
  /** Milliseconds since the epoch; when it arrived. */
  readonly now: number;
  /** No statement outlives it, whatever it says; undefined where nothing waits any more (`resolve`). */
  readonly deadline: number | undefined;
  /** Of the decisions that were judged before. */
  readonly usedNonces: ReadonlySet<string>;
}

const named = (value: string) => JSON.stringify(value.slice(0, 60));

/** Why a statement is about something else; undefined where it is not. */
export function differs(code: StatementCode, what: string, said: string, expected: string): StatementProblem | undefined {
  return said === expected ? undefined : { code, why: `signed for ${what} ${named(said)}, this is ${named(expected)}` };
}

function contentProblem(statement: DecisionStatement, expected: ExpectedStatement): StatementProblem | undefined {
  const { decision, reason, extend, outcome } = statement;
  const code = 'WRONG_DECISION';
  if (decision !== expected.kind) return { code, why: `${decision} was signed, ${named(expected.kind)} was sent` };
  if (reason !== (expected.reason ?? '')) return { code, why: 'the reason that was signed is not the one that was sent' };
  if ((extend === undefined ? undefined : parseDuration(extend)) !== expected.extendSeconds)
    return { code, why: 'the extension that was signed is not the one that was sent' };
  if (outcome !== expected.outcome) return { code, why: 'the outcome that was signed is not the one that was sent' };
  return undefined;
}

/** Why it cannot have been signed yet; undefined where it can. */
export const ahead = (issuedAt: string, now: number): StatementProblem | undefined =>
  Date.parse(issuedAt) > now + clockSkewMilliseconds
    ? { code: 'STATEMENT_NOT_YET', why: `signed at ${issuedAt}, which lies ahead: compare the clocks` }
    : undefined;

function timeProblem({ issued_at, expires_at }: DecisionStatement, { now, deadline }: ExpectedStatement): StatementProblem | undefined {
  const end = Math.min(Date.parse(expires_at), deadline ?? Number.POSITIVE_INFINITY);
  if (now >= end) return { code: 'STATEMENT_EXPIRED', why: `it counted until ${new Date(end).toISOString()}` };
  return ahead(issued_at, now);
}

/** Pure: undefined where a well-formed statement is about exactly what is expected. Says nothing about its signature. */
export function matchStatement(statement: DecisionStatement, expected: ExpectedStatement): StatementProblem | undefined {
  return (
    differs('WRONG_VESSEL', 'vessel', statement.vessel, expected.vessel) ??
    differs('WRONG_NAMESPACE', 'namespace', statement.namespace, expected.namespace) ??
    differs('WRONG_PROPOSAL', 'proposal', statement.proposal_id, expected.proposalId) ??
    differs('WRONG_RUN', 'workflow', statement.workflow_id, expected.workflowId) ??
    differs('WRONG_RUN', 'run', statement.run_id, expected.firstRunId) ??
    differs('DIGEST_MISMATCH', 'digest', statement.proposal_sha256, expected.digest) ??
    contentProblem(statement, expected) ??
    differs('WRONG_SIGNER', 'signer', statement.signer, expected.by) ??
    timeProblem(statement, expected) ??
    (expected.usedNonces.has(statement.nonce) ? { code: 'REPLAYED', why: 'this very statement was sent before' } : undefined)
  );
}

/** What a proposer's statement has to say; who the proposer is, only the statement knows. */
export interface ExpectedProposerStatement {
  readonly vessel: string;
  readonly namespace: string;
  readonly proposalId: string;
  readonly documentSha256: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Pure: undefined where the statement is about exactly this document. */
export function matchProposerStatement(
  statement: ProposerStatement,
  { vessel, namespace, proposalId, documentSha256, now }: ExpectedProposerStatement,
): StatementProblem | undefined {
  return (
    differs('WRONG_VESSEL', 'vessel', statement.vessel, vessel) ??
    differs('WRONG_NAMESPACE', 'namespace', statement.namespace, namespace) ??
    differs('WRONG_PROPOSAL', 'proposal', statement.proposal_id, proposalId) ??
    differs('DIGEST_MISMATCH', 'document', statement.document_sha256, documentSha256) ??
    ahead(statement.issued_at, now)
  );
}
