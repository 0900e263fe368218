import { isProposalId } from '../../domain/action/proposal-id.js';
import type { SandboxRequest } from '../../adapters/sandbox/contract/sandbox.js';
import type { StartRequest } from '../../contract/hands.js';
import { canonicalJson } from '../../domain/text/canonical.js';
import { JanusError } from '../../domain/errors.js';
import { planDigest } from '../../domain/action/digests.js';
import { unpackPlan } from '../../domain/action/packing.js';
import type { Permit } from '../../domain/action/permit.js';
import type { ExecutionPlan, PlannedCommand } from '../../domain/action/plan.js';
import type { HandsDependencies } from './dependencies.js';

/** Verifies the permit against what hands themselves compute from what they would run: whoever reaches the server can schedule this. */
export function verifyStart(deps: HandsDependencies, request: StartRequest, purpose?: 'preview'): VerifiedStart {
  const plan = readPlan(request);
  const subject = { proposalId: plan.proposalId, digest: planDigest(deps.sha256, plan) };
  const permit = deps.permits.verify(request.permit, purpose === undefined ? subject : { ...subject, purpose });
  if (plan.profile !== deps.sandbox.profile) {
    throw new JanusError('PERMIT_REFUSED', `the plan was made for sandbox ${plan.profile}, this worker has ${deps.sandbox.profile}`);
  }
  return { permit, plan };
}

export interface VerifiedStart {
  readonly permit: Permit;
  readonly plan: ExecutionPlan;
}

/** What a stranger sends may be anything; only a text for an id and plain JSON get as far as the signature. */
function readPlan(request: unknown): ExecutionPlan {
  try {
    const plan = unpackPlan((request as StartRequest).plan);
    if (!isProposalId(plan.proposalId)) throw new TypeError('no proposal id');
    canonicalJson(plan);
    return plan;
  } catch (error) {
    throw new JanusError('PERMIT_REFUSED', `there is no plan: ${String(error)}`);
  }
}

export function requestIn(workspace: string, plan: ExecutionPlan, command: PlannedCommand, name: string): SandboxRequest {
  const { limits, grants, minimumTier } = plan;
  return {
    command,
    workspace,
    limits,
    network: command.online === true ? plan.network : [],
    grants,
    ...(minimumTier !== undefined && { minimumTier }),
    outputPrefix: `${workspace}.output/${name}`,
  };
}

export async function sandboxRequest(
  deps: Pick<HandsDependencies, 'sandbox'>,
  plan: ExecutionPlan,
  command: PlannedCommand,
  name: string,
): Promise<SandboxRequest> {
  return requestIn(await deps.sandbox.prepareWorkspace(plan.proposalId), plan, command, name);
}

/** Milliseconds until the permit is over: nobody waits for longer than it is good for. */
export function untilExpiry({ now }: Pick<HandsDependencies, 'now'>, { expiresAt }: Permit): number {
  return new Date(expiresAt).getTime() - now().getTime();
}
