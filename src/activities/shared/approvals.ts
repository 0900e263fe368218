import type { SignatureVerifier } from '../../adapters/signatures/signature-verifier.js';
import type { CountedDecision } from '../../contract/activities.js';
import type { ApprovalPolicy } from '../../domain/approval/terms.js';
import { areOpen, ownTerms, tallyDecisions } from '../../domain/approval/terms.js';
import { JanusError } from '../../domain/errors.js';
import type { Permit } from '../../domain/action/permit.js';
import type { ExecutionPlan } from '../../domain/action/plan.js';
import { verifySigned } from './signed-decision.js';

/** What hands know of approvals, all of it from their own host. */
export interface ApprovalChecks {
  /** `namespace` is Temporal's. */
  readonly self: { readonly vessel: string; readonly namespace: string };
  readonly approvals: { readonly policy: ApprovalPolicy; readonly signatures: SignatureVerifier };
  readonly now: () => Date;
}

const refused = (why: string) => new JanusError('PERMIT_REFUSED', why);

async function validOnes(
  deps: ApprovalChecks,
  { proposalId, firstRunId, digest }: Permit,
  approvals: readonly CountedDecision[],
  needSigned: boolean,
): Promise<{ readonly valid: readonly CountedDecision[]; readonly problems: readonly string[] }> {
  const valid: CountedDecision[] = [];
  const problems: string[] = [];
  const { vessel, namespace } = deps.self;
  const subject = { vessel, namespace, workflowId: proposalId, firstRunId, digest, now: deps.now(), usedNonces: [] };
  for (const decision of approvals) {
    const isSigned = decision.signature !== undefined;
    if (!isSigned && (needSigned || decision.kind === 'break_glass')) {
      problems.push(`${decision.by}: not signed`);
      continue;
    }
    const { code, why } = isSigned ? await verifySigned(deps.approvals.signatures, decision, subject) : { code: 'ACCEPTED', why: '' };
    if (code === 'ACCEPTED') valid.push(decision);
    else problems.push(`${decision.by}: ${code} ${why}`);
  }
  return { valid, problems };
}

/**
 * The hands' own look at the approvals, right before the start (spec A3): by the stricter of what was frozen and what this host is configured to
 * ask, with this host's keys. It holds even where server, history or brain are somebody else's. Throws PERMIT_REFUSED.
 */
export async function assertApproved(
  deps: ApprovalChecks,
  { permit, plan }: { readonly permit: Permit; readonly plan: ExecutionPlan },
  approvals: unknown,
): Promise<void> {
  const { approval: frozen, risk } = plan;
  const own = ownTerms(deps.approvals.policy, { risk, actionType: frozen.actionType });
  // Open terms are for hosts that ask for nobody.
  if (areOpen(frozen) && !areOpen(own))
    throw refused('its plan names nobody who has to approve it, and the configuration of this host does');
  // Where nobody signs, a name in a message proves nothing to anybody: the permit is all there is.
  if (frozen.signature === 'off' && own.signature === 'off') return;
  const list = Array.isArray(approvals) ? (approvals as readonly CountedDecision[]).slice(0, 64) : [];
  const { valid, problems } = await validOnes(deps, permit, list, frozen.signature === 'required' || own.signature === 'required');
  for (const terms of [frozen, { ...own, excluded: frozen.excluded }]) {
    if (tallyDecisions(terms, valid, true) !== 'approved')
      throw refused(`its approvals do not hold here: ${problems.join('; ') || 'too few'}`);
  }
}
