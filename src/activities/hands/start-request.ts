import { isProposalId } from '../../domain/action/proposal-id.js';
import type { SandboxRequest } from '../../adapters/sandbox/contract/sandbox.js';
import type { PresentedPermit } from '../../adapters/permit/permit.js';
import type { StartRequest } from '../../contract/hands.js';
import { canonicalJson } from '../../domain/text/canonical.js';
import { JanusError } from '../../domain/errors.js';
import { planDigest } from '../../domain/action/digests.js';
import { unpackPlan } from '../../domain/action/packing.js';
import type { Permit, PermitPurpose } from '../../domain/action/permit.js';
import type { ExecutionPlan, PlannedCommand } from '../../domain/action/plan.js';
import type { CommandResult } from '../../domain/action/result.js';
import type { HandsDependencies } from './dependencies.js';

export interface PresentedStart extends PresentedPermit {
  readonly plan: ExecutionPlan;
}

/**
 * What is asked, by whom ever: the permit as hands themselves make it out from what they would run, not yet verified. Throws PERMIT_REFUSED where
 * plan or permit cannot be read.
 */
export function readStart(deps: HandsDependencies, request: StartRequest, purpose?: PermitPurpose): PresentedStart {
  const plan = readPlan(request);
  const asked = { proposalId: plan.proposalId, digest: planDigest(deps.sha256, plan) };
  return { plan, ...deps.permits.read(request.permit, purpose === undefined ? asked : { ...asked, purpose }) };
}

/** A plan that was reviewed for another sandbox than this one was approved for that. */
export function assertSameProfile({ sandbox }: Pick<HandsDependencies, 'sandbox'>, { profile }: ExecutionPlan): void {
  if (profile === sandbox.profile) return;
  throw new JanusError('PERMIT_REFUSED', `the plan was made for sandbox ${profile}, this worker has ${sandbox.profile}`);
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

/** What was approved for another sandbox is still probed and rolled back, in the one of today, and says so. */
export function underTodaysProfile(
  { sandbox }: Pick<HandsDependencies, 'sandbox'>,
  { profile }: ExecutionPlan,
  result: CommandResult,
): CommandResult {
  if (profile === sandbox.profile) return result;
  const note = `it ran in sandbox ${sandbox.profile}; the plan was made for ${profile}`;
  return { ...result, note: result.note === undefined ? note : `${result.note}; ${note}` };
}

/** One command of a plan, in a folder that is there or would be. */
export function requestIn(
  { sandbox }: Pick<HandsDependencies, 'sandbox'>,
  workspace: string,
  plan: ExecutionPlan,
  [command, name]: readonly [PlannedCommand, string],
): SandboxRequest {
  const { limits, grants, minimumTier } = plan;
  return {
    command,
    workspace,
    limits,
    network: command.online === true ? plan.network : [],
    grants,
    ...(minimumTier !== undefined && { minimumTier }),
    outputPrefix: `${sandbox.outputsOf(plan.proposalId)}/${name}`,
  };
}

export async function sandboxRequest(
  deps: Pick<HandsDependencies, 'sandbox'>,
  plan: ExecutionPlan,
  command: PlannedCommand,
  name: string,
): Promise<SandboxRequest> {
  return requestIn(deps, await deps.sandbox.prepareWorkspace(plan.proposalId), plan, [command, name]);
}

/** Milliseconds until the permit is over: nobody waits for longer than it is good for. */
export function untilExpiry({ now }: Pick<HandsDependencies, 'now'>, { expiresAt }: Permit): number {
  return new Date(expiresAt).getTime() - now().getTime();
}
