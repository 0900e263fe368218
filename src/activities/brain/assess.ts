import { undecodableReason } from '../../contract/payload-converter.js';
import type { ApprovalTerms } from '../../domain/approval/terms.js';
import { reviewProposal } from '../../domain/constitution/rules.js';
import { actionKey, planDigest } from '../../domain/action/digests.js';
import { findConflict } from '../../domain/trail/novelty.js';
import type { AboutProposal } from '../../domain/trail/proposal-event-fields.js';
import type { ExecutionPlan } from '../../domain/action/plan.js';
import { planProposal } from '../../domain/action/planning.js';
import type { Proposal } from '../../domain/action/proposal.js';
import type { ProposalDocument } from '../../domain/action/proposal.schema.js';
import { unsoundJson } from '../../domain/text/sound-json.js';
import { shorten, toSnakeCase } from '../../domain/text/visible.js';
import type { Violation } from '../../domain/violation.js';
import type { BrainDependencies } from './dependencies.js';

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
  const unsound = undecodableReason(document) ?? unsoundJson(document);
  if (unsound !== undefined)
    return { kind: 'unsound', violations: [{ rule: 'document', clause: 'spec P1', message: `it cannot be read: ${unsound}` }] };
  let proposal: Proposal;
  try {
    proposal = deps.rules.parse(document);
  } catch (error) {
    return { kind: 'unsound', violations: schemaViolations(error) };
  }
  const context = await deps.rules.context();
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
    cooldowns: deps.rules.cooldowns,
  });
  return conflict === undefined ? [] : [{ rule: 'novelty', clause: 'spec C5', message: conflict.why }];
}

/** Which parts of a plan differ, for the sentence that says why an approval no longer holds. */
export function changedParts(approved: ExecutionPlan, now: ExecutionPlan): string[] {
  const names = [...new Set([...Object.keys(approved), ...Object.keys(now)])] as (keyof ExecutionPlan)[];
  return names.filter((name) => JSON.stringify(approved[name]) !== JSON.stringify(now[name]));
}

/** What every line of a proposal says about it, in the seed's keys. */
export function about(document: ProposalDocument): AboutProposal {
  const fields = (typeof document === 'object' && document !== null ? document : {}) as Partial<Record<keyof ProposalDocument, unknown>>;
  return {
    risk_level: typeof fields.risk_level === 'string' ? shorten(fields.risk_level, 16) : 'unknown',
    action_type: typeof fields.action_type === 'string' ? toSnakeCase(shorten(fields.action_type, 64)) : 'unknown',
  };
}
