import type { Receipt } from '../../domain/trail/logs.js';
import type { ApprovalPolicy, ApprovalTerms } from '../../domain/approval/terms.js';
import type { ReviewContext } from '../../domain/constitution/rules.js';
import { reviewProposal } from '../../domain/constitution/rules.js';
import type { Sha256 } from '../../domain/text/canonical.js';
import { actionKey, planDigest } from '../../domain/action/digests.js';
import type { KnownActions } from '../../domain/trail/novelty.js';
import { findConflict } from '../../domain/trail/novelty.js';
import type { Projection } from '../../domain/trail/projection.js';
import type { AboutProposal } from '../../domain/trail/event-fields.js';
import type { ExecutionPlan } from '../../domain/action/plan.js';
import { planProposal } from '../../domain/action/planning.js';
import type { Permit, SignedPermit } from '../../domain/action/permit.js';
import type { Proposal, RiskLevel } from '../../domain/action/proposal.js';
import type { ProposalDocument } from '../../domain/action/proposal.schema.js';
import { shorten, toSnakeCase } from '../../domain/text/visible.js';
import type { Violation } from '../../domain/violation.js';
import type { AuditTrail } from '../../adapters/audit/contract/audit-trail.js';
import type { Vouchers } from '../../adapters/permit/permit.js';
import type { SignatureVerifier } from '../../adapters/signatures/signature-verifier.js';

/** What the brain needs to know and to touch; fakes in tests. */
export interface BrainDependencies {
  readonly trail: AuditTrail;
  /** Kept up to date by the trail, with the proposals log. */
  readonly novelty: Pick<Projection<KnownActions>, 'snapshot'>;
  readonly sha256: Sha256;
  readonly now: () => Date;
  /** The rules of the moment: looked at anew for every review and every start. */
  readonly reviewContext: () => Promise<ReviewContext>;
  /** Parses the wire format; throws an error whose `issues` name path and message. */
  readonly parseProposal: (document: unknown) => Proposal;
  readonly issuePermit: (permit: Permit) => SignedPermit;
  readonly emergencyStop: () => Promise<string | undefined>;
  readonly host: string;
  readonly policyVersion: string;
  readonly approvalSeconds: number;
  readonly vesselId: string;
  /** Temporal namespace: signed decisions name it. */
  readonly namespace: string;
  /** Who has to say yes, and with what keys. */
  readonly approvals: ApprovalPolicy;
  readonly signatures: SignatureVerifier;
  /** The brain's own word on what its thinking cycle proposed. */
  readonly vouchers: Vouchers;
  readonly onTimeout: 'expired' | 'rejected';
  readonly cooldowns: { readonly completedSeconds: number; readonly rejectedSeconds: number };
  readonly permitSeconds: number;
  /** Which risks are previewed before people are asked. */
  readonly previewByRisk: Readonly<Partial<Record<RiskLevel, boolean>>>;
}

export type Assessment =
  | {
      readonly kind: 'sound';
      readonly proposal: Proposal;
      readonly plan: ExecutionPlan;
      readonly digest: string;
      readonly actionKey: string;
    }
  | { readonly kind: 'unsound'; readonly violations: readonly Violation[]; readonly proposal?: Proposal };

function schemaViolations(error: unknown): Violation[] {
  const issues = (error as { issues?: readonly { path: readonly PropertyKey[]; message: string }[] }).issues;
  if (issues === undefined) throw error;
  return issues.slice(0, 20).map(({ path, message }) => ({
    rule: 'schema',
    clause: 'spec P1',
    message: `${path.map(String).join('.') || 'the proposal'}: ${message}`.slice(0, 400),
  }));
}

/** Who has to approve a proposal, or why nobody ever could. */
export type TermsOf = (proposal: Proposal) => ApprovalTerms | Violation;

/** Parse, review, plan, digest: the same at review and right before the start (spec P5). No side effects. */
export async function assess(deps: BrainDependencies, workflowId: string, document: unknown, termsOf: TermsOf): Promise<Assessment> {
  let proposal: Proposal;
  try {
    proposal = deps.parseProposal(document);
  } catch (error) {
    return { kind: 'unsound', violations: schemaViolations(error) };
  }
  const context = await deps.reviewContext();
  const violations = reviewProposal(proposal, context);
  if (proposal.proposalId !== workflowId) {
    violations.push({
      rule: 'identity',
      clause: 'spec P3',
      message: `proposal ${proposal.proposalId} runs as workflow ${workflowId.slice(0, 60)}`,
    });
  }
  if (violations.length > 0) return { kind: 'unsound', violations, proposal };
  const terms = termsOf(proposal);
  // Where nobody ever could approve it, it is refused at once instead of waiting for its end.
  if ('rule' in terms) return { kind: 'unsound', violations: [terms], proposal };
  const plan = planProposal(proposal, context, terms);
  return { kind: 'sound', proposal, plan, digest: planDigest(deps.sha256, plan), actionKey: actionKey(deps.sha256, proposal) };
}

/** The same idea twice in flight, or too soon again (spec C5). Asked under the append lock. */
export function noveltyViolations(deps: BrainDependencies, { proposal, actionKey: key }: Assessment & { kind: 'sound' }): Violation[] {
  const conflict = findConflict(deps.novelty.snapshot(), {
    actionKey: key,
    proposalId: proposal.proposalId,
    now: deps.now(),
    cooldowns: deps.cooldowns,
  });
  return conflict === undefined ? [] : [{ rule: 'novelty', clause: 'spec C5', message: conflict.why }];
}

/** Which parts of a plan differ, for the sentence that says why an approval no longer holds. */
export function changedParts(approved: ExecutionPlan, now: ExecutionPlan): string[] {
  const names = [...new Set([...Object.keys(approved), ...Object.keys(now)])] as (keyof ExecutionPlan)[];
  return names.filter((name) => JSON.stringify(approved[name]) !== JSON.stringify(now[name]));
}

export function receiptText({ log, seq, leaf }: Receipt): string {
  return `${log}:${seq}:${leaf.slice(0, 16)}`;
}

/** What every line of a proposal says about it, in the seed's keys. */
export function about(document: ProposalDocument): AboutProposal {
  const fields = (typeof document === 'object' && document !== null ? document : {}) as Partial<Record<keyof ProposalDocument, unknown>>;
  return {
    risk_level: typeof fields.risk_level === 'string' ? shorten(fields.risk_level, 16) : 'unknown',
    action_type: typeof fields.action_type === 'string' ? toSnakeCase(shorten(fields.action_type, 64)) : 'unknown',
  };
}
