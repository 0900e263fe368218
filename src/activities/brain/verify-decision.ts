import type { VerifiedDecision, VerifyRequest } from '../../contract/activities.js';
import { objectionIn } from '../../domain/trail/spoken.js';
import { verifySigned } from '../shared/signed-decision.js';
import type { BrainDependencies } from './dependencies.js';

/** Whether a signed word counts as it arrives; what a run that was reset has forgotten, the trail has not. Writes nothing. */
export async function verifyDecision(
  deps: BrainDependencies,
  { identity, decision, digest, deadline, receivedAt, usedNonces }: VerifyRequest,
): Promise<VerifiedDecision> {
  const { vessel, namespace } = deps.self;
  const verified = await verifySigned(deps.approvals.signatures, decision, {
    ...{ vessel, namespace, ...identity, digest, now: new Date(receivedAt), usedNonces },
    ...(deadline !== undefined && { deadline: new Date(deadline) }),
  });
  if (verified.code !== 'ACCEPTED') return verified;
  return objectionIn(deps.spoken.snapshot(), identity.workflowId, { ...decision, receivedAt }) ?? verified;
}
