import type { ApprovalTerms } from '../approval/terms.js';
import type { ReviewContext } from '../constitution/rules.js';
import { smallestLimits } from './limits.js';
import type { ExecutionPlan, PlannedCommand, PlannedRollback } from './plan.js';
import type { Proposal, ToolCall } from './proposal.js';
import { allCalls } from './proposal.js';
import { reachOf } from './reach.js';

function planCommand(call: ToolCall, context: ReviewContext, hasNetwork: boolean): PlannedCommand {
  const tool = context.tools.find(({ name }) => name === call.toolName);
  const program = context.programs[call.toolName];
  if (tool === undefined || program === undefined || 'problem' in program) throw new TypeError(`tool ${call.toolName} was not reviewed`);
  return {
    tool: tool.name,
    path: program.path,
    args: [...tool.command.slice(1), ...call.toolArgs],
    ...(call.toolKwargs.stdin !== undefined && { stdin: call.toolKwargs.stdin }),
    ...(hasNetwork && tool.allowNetwork && { online: true }),
    ...(call.expect && { expect: call.expect }),
  };
}

/**
 * Turns a proposal that passed its review, and the terms of its approval, into everything that will run, with nothing left to resolve. Pure.
 * Throws a TypeError for one that was not reviewed against the same context.
 */
export function planProposal(proposal: Proposal, context: ReviewContext, approval: ApprovalTerms): ExecutionPlan {
  const calls = allCalls(proposal);
  const tools = context.tools.filter(({ name }) => calls.some((call) => call.toolName === name));
  const planned = (call: ToolCall) => planCommand(call, context, proposal.networkDomains.length > 0);
  const asked = calls.map((call) => call.toolKwargs.limits ?? {});
  // The default time-out is for those that do not say; the quotas themselves never widen.
  const saysWall = asked.some(({ wallSeconds }) => wallSeconds !== undefined);
  const base = saysWall ? context.limits : smallestLimits(context.limits, { wallSeconds: context.defaultWallSeconds });
  const ofSteps = proposal.steps.flatMap((step, undoes): PlannedRollback[] => step.rollback.map((call) => ({ ...planned(call), undoes })));
  const minimumTier = context.minimumTiers?.[proposal.riskLevel];
  return {
    vessel: context.vesselId,
    proposalId: proposal.proposalId,
    risk: proposal.riskLevel,
    steps: proposal.steps.map(planned),
    rollback: [...ofSteps, ...proposal.rollback.map(planned)],
    ...(proposal.probe && { probe: planned(proposal.probe) }),
    ...reachOf(proposal, context),
    limits: smallestLimits(base, ...tools.map(({ limits }) => limits), ...asked),
    ...(minimumTier !== undefined && { minimumTier }),
    profile: context.profile,
    dryRun: context.dryRun,
    ...(context.rollbackUnderStop === 'run' && { rollbackUnderStop: 'run' }),
    approval,
  };
}
