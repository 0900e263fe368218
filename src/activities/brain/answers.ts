import type { RunIdentity } from '../../contract/activities.js';
import type { Act, SignedAnswer } from '../../domain/action/answer.js';
import { answerText } from '../../domain/action/answer.js';
import { planDigest } from '../../domain/action/digests.js';
import type { PermitPurpose, SignedPermit } from '../../domain/action/permit.js';
import { permitDigest, readPermit } from '../../domain/action/permit.js';
import type { ExecutionPlan } from '../../domain/action/plan.js';
import { hasCode } from '../../domain/errors.js';
import type { BrainDependencies } from './dependencies.js';

export interface AnsweredQuestion {
  readonly identity: RunIdentity;
  /** What was sent to the hands. */
  readonly plan: ExecutionPlan;
  readonly permit: SignedPermit;
  readonly answer: SignedAnswer<unknown>;
  /** Of a rollback. */
  readonly index?: number;
}

const purposes: Readonly<Record<Act, PermitPurpose | undefined>> = {
  execute: undefined,
  settle: undefined,
  close: undefined,
  probe: 'probe',
  rollback: 'rollback',
  preview: 'preview',
};

const isText = (value: unknown): value is string => typeof value === 'string';

/**
 * Why an answer does not count; undefined where the hands of this host gave it, about this permit, which is the brain's own and of this run
 * (spec X5). Whoever polls the queue of the hands can send anything.
 */
export function refusalOf(deps: BrainDependencies, question: AnsweredQuestion, asked: Act): string | undefined {
  const { identity, plan, permit: signed, index } = question;
  const { act, answer, signature } = (question.answer ?? {}) as Partial<SignedAnswer<unknown>>;
  if (act !== asked || !isText(signature) || typeof answer !== 'object' || answer === null)
    return 'it is no signed answer to what was asked';
  if (signature === '') return 'the hands could not read what they were asked, or somebody answered in their place';
  const purpose = purposes[asked];
  try {
    const { permit, signature: presented } = readPermit(signed, {
      ...{ vessel: plan.vessel, proposalId: identity.workflowId, host: deps.self.host, hands: deps.hands.fingerprint() },
      digest: planDigest(deps.sha256, plan),
      ...(purpose !== undefined && { purpose }),
    });
    if (permit.firstRunId !== identity.firstRunId) return 'its permit is of another run';
    if (!deps.permits.isOwn({ permit, signature: presented })) return 'its permit is not one for the hands that this host has now';
    const statement = { act: asked, permit: permitDigest(deps.sha256, permit), presented, ...(index !== undefined && { index }), answer };
    return deps.hands.isOwn(answerText(statement), signature) ? undefined : 'it was not signed by the hands of this host for this permit';
  } catch (error) {
    if (hasCode(error, 'PERMIT_REFUSED') || error instanceof TypeError) return `it cannot be verified: ${error.message}`;
    throw error;
  }
}
