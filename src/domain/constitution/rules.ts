import { checkCommand, climbs } from './command.js';
import { isDomainPattern, matchesDomain } from '../text/domain-name.js';
import { unseenProgram } from './program-place.js';
import { expectedPaths } from '../action/expectation.js';
import type { Limits } from '../action/limits.js';
import type { Grant } from '../action/plan.js';
import type { Proposal, RiskLevel } from '../action/proposal.js';
import { allCalls } from '../action/proposal.js';
import type { RiskFloor } from '../action/reach.js';
import { belowFloor, reachOf } from '../action/reach.js';
import type { Ceiling } from '../modes/mode.js';
import { modeIn } from '../modes/mode.js';
import type { TierName } from '../action/tier.js';
import type { Tool } from '../action/tool.js';
import type { Violation } from '../violation.js';

/** What a review is made against: the rules of the moment (spec C3). */
export interface ReviewContext {
  readonly vesselId: string;
  /** The highest mode that the configuration allows. */
  readonly mode: Ceiling;
  readonly tools: readonly Tool[];
  readonly allowedTools: readonly string[];
  readonly allowedDomains: readonly string[];
  readonly allowNetwork: boolean;
  readonly limits: Limits;
  readonly defaultWallSeconds: number;
  readonly grants: readonly Grant[];
  /** Why a grant cannot be mounted as it is named, by its name. */
  readonly grantProblems: Readonly<Record<string, string>>;
  /** Demanded of the machine that executes, by risk; hands refuse where it offers less. */
  readonly minimumTiers?: Readonly<Partial<Record<RiskLevel, TierName>>>;
  /** What the policy demands above the least floor of risk (spec C6). */
  readonly riskFloor?: Partial<RiskFloor>;
  /** Real path of each tool's program, or why there is none. */
  readonly programs: Readonly<Record<string, { readonly path: string } | { readonly problem: string }>>;
  readonly profile: string;
  readonly dryRun: boolean;
  /** What becomes of the rollback of what an emergency stop ended; absent: it waits. */
  readonly rollbackUnderStop?: 'wait' | 'run';
}

/** One article of the constitution: pure, named, with the clause that it enforces (spec C2). */
export interface Rule {
  readonly id: string;
  readonly clause: string;
  readonly check: (proposal: Proposal, context: ReviewContext) => readonly string[];
}

const highRiskTypes = new Set(['system_config', 'network_config', 'security_change']);
const emptyWords = new Set(['', 'unknown', 'none', 'n/a', 'na', 'null', 'undefined', 'tbd', 'todo', '-', '?']);

const toolOf = (context: ReviewContext, name: string) => context.tools.find((tool) => tool.name === name);
const unique = (texts: readonly string[]) => [...new Set(texts)];
const isMeaningless = (text: string) => emptyWords.has(text.trim().toLowerCase());

/** Letters and digits that are not one character over and over: what is left of a text when padding is taken away. */
function substance(text: string): number {
  return (text.match(/[\p{L}\p{N}]/gu) ?? []).length * (new Set(text.toLowerCase().match(/[\p{L}\p{N}]/gu)).size >= 6 ? 1 : 0);
}

function hasRollbackSteps(proposal: Proposal): boolean {
  return proposal.rollback.length > 0 || proposal.steps.every((step) => step.rollback.length > 0);
}

function networkProblems(proposal: Proposal, context: ReviewContext): string[] {
  if (proposal.networkDomains.length === 0) return [];
  if (!context.allowNetwork) return ['policy.json says allow_network: false'];
  const offline = proposal.steps.filter((step) => toolOf(context, step.toolName)?.allowNetwork !== true).map((step) => step.toolName);
  const asked = proposal.networkDomains;
  const unfit = asked.filter((domain) => !isDomainPattern(domain));
  const beyond = (list: readonly string[]) => asked.filter((domain) => !list.some((allowed) => matchesDomain(domain, allowed)));
  // Every call that gets the network, rollbacks and probe included.
  const narrow = unique(allCalls(proposal).map((call) => call.toolName)).flatMap((name) => {
    const tool = toolOf(context, name);
    return tool?.allowNetwork === true && tool.domains.length > 0 ? [tool] : [];
  });
  return [
    ...unique(offline).map((name) => `tool ${name} may not use the network`),
    ...unfit.map((domain) => `${JSON.stringify(domain)} is no domain: a lower-case host name or *.host, without scheme, port or address`),
    ...beyond(context.allowedDomains).map((domain) => `domain ${domain} is not on the allowlist`),
    ...narrow.flatMap(({ name, domains }) =>
      beyond(domains).map((domain) => `tool ${name} may not reach ${domain}, only ${domains.join(', ')}`),
    ),
  ];
}

function quotaProblems(proposal: Proposal, context: ReviewContext): string[] {
  return allCalls(proposal).flatMap((call) =>
    Object.entries(call.toolKwargs.limits ?? {}).flatMap(([name, asked]) => {
      const allowed = context.limits[name as keyof Limits];
      return allowed !== undefined && asked !== undefined && asked > allowed
        ? [`${call.toolName} asks for ${name} ${asked}, the policy allows ${allowed}`]
        : [];
    }),
  );
}

function toolProblems(proposal: Proposal, context: ReviewContext): string[] {
  return unique(allCalls(proposal).map((call) => call.toolName)).flatMap((name) => {
    const tool = toolOf(context, name);
    if (tool === undefined) return [`tool ${name} is not in the registry (it has ${context.tools.map((tool) => tool.name).join(', ')})`];
    if (!context.allowedTools.includes(name)) return [`tool ${name} is not in security.allowed_tools`];
    const program = context.programs[name];
    if (program === undefined || 'problem' in program) return [`tool ${name}: ${program?.problem ?? 'its program was not found'}`];
    const unseen = unseenProgram(tool, program.path, context.grants);
    const ofGrants = tool.grants.flatMap((grant) => {
      const problem = context.grantProblems[grant];
      return problem === undefined ? [] : [`tool ${name}: its grant ${grant}: ${problem}`];
    });
    return [...(unseen === undefined ? [] : [`tool ${name}: ${unseen}`]), ...ofGrants];
  });
}

const commandRule = (id: ReturnType<typeof checkCommand>[number]['rule'], clause: string): Rule => ({
  id,
  clause,
  check: (proposal, context) =>
    allCalls(proposal).flatMap((call) => {
      const tool = toolOf(context, call.toolName);
      const findings = tool === undefined ? [] : checkCommand(call, tool, proposal.riskLevel !== 'low');
      return findings.filter((finding) => finding.rule === id).map(({ message }) => message);
    }),
});

/** The constitution. Order is the order of the verdict; add at the end, never rename an id: verdicts in histories name them. */
export const rules: readonly Rule[] = [
  {
    id: 'vessel',
    clause: 'spec P3',
    check: ({ vesselId }, context) => (vesselId === context.vesselId ? [] : [`it is for vessel ${vesselId}, this is ${context.vesselId}`]),
  },
  {
    id: 'action-type',
    clause: 'seed: action type is named',
    check: ({ actionType }) =>
      actionType === '' || isMeaningless(actionType) ? ['action_type has no letters or digits, or names nothing'] : [],
  },
  {
    id: 'risk-class',
    clause: 'seed: action type matches risk classification',
    check: ({ actionType, riskLevel }) =>
      highRiskTypes.has(actionType) && riskLevel !== 'high' ? [`${actionType} is high risk by definition, found ${riskLevel}`] : [],
  },
  {
    id: 'rationale',
    clause: 'seed: substantive rationale, at least 20 characters',
    check: ({ rationale }) =>
      rationale.trim().length >= 20 && substance(rationale) >= 15
        ? []
        : [`rationale has ${rationale.trim().length} characters, at least 20 of substance are needed`],
  },
  {
    id: 'rollback-plan',
    clause: 'seed: rollback plan for medium and high risk; spec P4',
    check: (proposal) => {
      if (proposal.riskLevel === 'low') return [];
      const prose = isMeaningless(proposal.rollbackPlan) ? [`rollback_plan is empty at ${proposal.riskLevel} risk`] : [];
      return hasRollbackSteps(proposal)
        ? prose
        : [...prose, `rollback has no steps at ${proposal.riskLevel} risk (and not every step has its own)`];
    },
  },
  {
    id: 'mission-context',
    clause: 'seed: mission context is provided; charter: serves a stated mission',
    check: ({ missionContext }) => (isMeaningless(missionContext) ? ['mission_context is empty or "unknown"'] : []),
  },
  {
    id: 'mode',
    clause: 'charter: the mode permits it',
    check: (_, context) => (modeIn(context.mode) === undefined ? ['this mode is not known'] : []),
  },
  { id: 'quota', clause: 'charter: quotas of one action', check: quotaProblems },
  {
    id: 'risk-floor',
    clause: 'spec C6; charter: reversible, or low risk, or explicitly approved',
    check: (proposal, context) => belowFloor(proposal.riskLevel, reachOf(proposal, context), context.riskFloor),
  },
  { id: 'tool', clause: 'spec C4: registered tools only', check: toolProblems },
  commandRule('privileged', 'charter: privileged programs are refused'),
  commandRule('path-traversal', 'charter: path traversal is refused'),
  commandRule('control-character', 'spec C4'),
  commandRule('argument-length', 'spec C4'),
  commandRule('shell-script', 'spec C4'),
  commandRule('shell-metacharacter', 'charter: shell metacharacters escaped or refused'),
  { id: 'network', clause: 'charter: network by allowlist; spec X4', check: networkProblems },
  {
    id: 'expectation-path',
    clause: 'charter: path traversal is refused',
    check: (proposal) =>
      allCalls(proposal)
        .flatMap((call) => expectedPaths(call.expect))
        .filter((path) => path.startsWith('/') || climbs(path) || path === '..')
        .map((path) => `expect names ${JSON.stringify(path)}; paths are relative to /workspace and do not climb`),
  },
];

/** Reviews against every rule and lists all that are broken. Pure; empty means that it may be put before a human. */
export function reviewProposal(proposal: Proposal, context: ReviewContext): Violation[] {
  return rules.flatMap(({ id, clause, check }) => check(proposal, context).map((message) => ({ rule: id, clause, message })));
}
