import type { JanusConfig } from '../../../config/config.js';
import type { Limits } from '../../../domain/action/limits.js';
import type { ExecutionPlan } from '../../../domain/action/plan.js';
import { planProposal } from '../../../domain/action/planning.js';
import type { Proposal } from '../../../domain/action/proposal.js';
import { riskLevels } from '../../../domain/action/proposal.js';
import { parseProposal, proposalDocumentSchema } from '../../../domain/action/proposal.schema.js';
import { isBelow, reachOfTools, riskFloorOf } from '../../../domain/action/reach.js';
import { ownTerms } from '../../../domain/approval/terms.js';
import { reviewProposal } from '../../../domain/constitution/rules.js';
import { JanusError } from '../../../domain/errors.js';
import { visible } from '../../../domain/text/visible.js';
import { reviewContextHere } from '../proposals/review-here.js';
import { assertWithin } from './limit-flags.js';

export interface ToolTrial {
  readonly tool: string;
  readonly args: readonly string[];
  readonly limits: Partial<Limits>;
  readonly network: readonly string[];
}

const said = 'An operator tries this tool by hand, with ubos sandbox run';

/** What the operator would have proposed, at each risk that its reach allows; the least one that passes is meant, as a proposer would choose it. */
function proposalsFor({ tool, args, limits, network }: ToolTrial, config: JanusConfig): Proposal[] {
  const registry = { tools: config.tools, grants: config.policy.grants };
  const floor = riskFloorOf(reachOfTools([tool], network, registry), config.policy.riskFloor);
  const document = {
    proposal_id: 'janus-000000000000',
    timestamp: new Date(0).toISOString(),
    vessel_id: config.vesselId,
    mission_context: said,
    action_type: 'sandbox_trial',
    rationale: said,
    expected_outcome: said,
    risk_mitigation: said,
    rollback_plan: said,
    tool_name: tool,
    tool_args: [...args],
    network_domains: [...network],
  };
  const sound = proposalDocumentSchema.safeParse({ ...document, risk_level: floor });
  if (!sound.success) {
    const [{ path, message } = { path: [], message: 'it is no command' }] = sound.error.issues;
    throw new JanusError('USAGE', `no action could be like this: ${path.map(String).join('.')}: ${message}`, {
      next: 'ubos help sandbox run',
    });
  }
  return riskLevels
    .filter((risk) => !isBelow(risk, floor))
    .map((risk) => {
      const proposal = parseProposal({ ...document, risk_level: risk });
      return { ...proposal, steps: proposal.steps.map((step) => ({ ...step, toolKwargs: { limits } })) };
    });
}

/**
 * The plan of an action with this one command: program, fixed arguments, grants, limits, network and tier exactly as it would get them, made by
 * review and planning themselves. What the constitution would refuse is refused here with the same words; only the rollback is not asked for.
 */
export async function planTrial(trial: ToolTrial, config: JanusConfig): Promise<ExecutionPlan> {
  const tool = config.tools.find(({ name }) => name === trial.tool);
  if (tool === undefined)
    throw new JanusError('USAGE', `there is no tool ${JSON.stringify(trial.tool)}`, {
      next: `tools of agent.yaml: ${config.tools.map(({ name }) => name).join(', ')}`,
    });
  assertWithin(trial.limits, tool.limits, `tool ${tool.name}`);
  const context = await reviewContextHere(config);
  const reviewed = proposalsFor(trial, config).map((proposal) => ({
    proposal,
    violations: reviewProposal(proposal, context).filter(({ rule }) => rule !== 'rollback-plan'),
  }));
  const passed = reviewed.find(({ violations }) => violations.length === 0)?.proposal;
  if (passed === undefined) {
    const violations = reviewed.at(-1)?.violations ?? [];
    const text = violations.map(({ rule, message }) => `  ${rule}: ${visible(message)}`).join('\n');
    throw new JanusError('PROPOSAL_INVALID', `an action with this command would be refused:\n${text}`, {
      details: { violations },
      next: 'mend the command, agent.yaml or policy.json; then: ubos config validate',
    });
  }
  return planProposal(passed, context, ownTerms(config.approvals, { risk: passed.riskLevel, actionType: passed.actionType }));
}
