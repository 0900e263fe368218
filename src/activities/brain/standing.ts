import type { CountedDecision, RunIdentity } from '../../contract/activities.js';
import type { DecisionKind } from '../../domain/approval/decision.js';
import type { ExecutionPlan } from '../../domain/action/plan.js';
import { namingDigits } from '../../domain/text/digest-words.js';
import { objectionIn } from '../../domain/trail/spoken.js';
import type { BrainDependencies } from './dependencies.js';
import { verifySigned } from '../shared/signed-decision.js';

interface Decided {
  readonly identity: RunIdentity;
  readonly plan: ExecutionPlan;
  readonly digest: string;
  readonly decisions: readonly CountedDecision[];
}

interface Standing {
  readonly standing: readonly CountedDecision[];
  /** Who does not count any more, and why. */
  readonly lost: readonly string[];
}

const isNamed = (digest: string, named: string | undefined) =>
  named !== undefined && named.length >= namingDigits && digest.startsWith(named);

/**
 * Which decisions still stand: those of these kinds have to be about this digest, and signed by a key that is good now (spec A3: verified again
 * right before anything follows from them), and not taken back, in this run or in one that a reset has made forgotten.
 */
export async function standingOf(
  deps: BrainDependencies,
  { identity, plan, digest, decisions }: Decided,
  kinds: readonly DecisionKind[],
): Promise<Standing> {
  const { signature } = plan.approval;
  const standing: CountedDecision[] = [];
  const lost: string[] = [];
  // Up to date: whoever asks has just looked for a record.
  const spoken = deps.spoken.snapshot();
  for (const decision of decisions) {
    const { kind, by, key } = decision;
    const isAsked = kinds.includes(kind);
    const objection = objectionIn(spoken, identity.workflowId, decision);
    if (objection !== undefined) {
      lost.push(`${by}: ${objection.code} ${objection.why}`);
      continue;
    }
    if (isAsked && kind !== 'reject' && !isNamed(digest, decision.digest)) continue;
    if (isAsked && (signature === 'required' || kind === 'break_glass' || key !== undefined)) {
      const subject = { vessel: plan.vessel, namespace: deps.self.namespace, ...identity, digest, now: deps.now(), usedNonces: [] };
      const { code, why } = await verifySigned(deps.approvals.signatures, decision, subject);
      if (code !== 'ACCEPTED') {
        lost.push(`${by}: ${code} ${why}`);
        continue;
      }
    }
    standing.push(decision);
  }
  return { standing, lost };
}
