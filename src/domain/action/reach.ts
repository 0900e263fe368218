import type { ExecutionPlan, Grant } from './plan.js';
import type { Proposal, RiskLevel } from './proposal.js';
import { allCalls, riskLevels } from './proposal.js';
import type { Tool } from './tool.js';

/** What the sandbox of an action can touch beyond its own workspace (spec C6). Words cannot be policed, this can. */
export type Reach = Pick<ExecutionPlan, 'grants' | 'network' | 'irreversible'>;

/** The least risk of whoever reaches so far. */
export interface RiskFloor {
  readonly writableGrant: RiskLevel;
  readonly irreversible: RiskLevel;
  readonly network: RiskLevel;
}

/** Nothing goes below these: a policy only raises them. */
const leastFloor: RiskFloor = { writableGrant: 'medium', irreversible: 'medium', network: 'low' };

export const isBelow = (risk: RiskLevel, floor: RiskLevel) => riskLevels.indexOf(risk) < riskLevels.indexOf(floor);
const higher = (one: RiskLevel, other: RiskLevel = 'low') => (isBelow(one, other) ? other : one);

/** What a tool brings along. */
export interface Registry {
  readonly tools: readonly Tool[];
  readonly grants: readonly Grant[];
}

/** What a proposal's plan will reach. */
export function reachOf(proposal: Pick<Proposal, 'steps' | 'rollback' | 'probe' | 'networkDomains'>, registry: Registry): Reach {
  return reachOfTools(
    allCalls(proposal).map(({ toolName }) => toolName),
    proposal.networkDomains,
    registry,
  );
}

/** Every command of an action has the grants of all its tools. */
export function reachOfTools(names: readonly string[], network: readonly string[], registry: Registry): Reach {
  const tools = registry.tools.filter(({ name }) => names.includes(name));
  const granted = new Set(tools.flatMap(({ grants }) => grants));
  const irreversible = tools.filter(({ reversible }) => !reversible).map(({ name }) => name);
  return {
    grants: registry.grants.filter(({ name }) => granted.has(name)),
    network: [...network],
    ...(irreversible.length > 0 && { irreversible }),
  };
}

/** Each thing within reach that sets a floor above low, with the words for it. Pure; what a policy says below the least counts as the least. */
export function floorsOf(reach: Reach, policy: Partial<RiskFloor> = {}): { readonly risk: RiskLevel; readonly because: string }[] {
  const floor = (kind: keyof RiskFloor, because: string) => ({ risk: higher(leastFloor[kind], policy[kind]), because });
  return [
    ...reach.grants
      .filter(({ writable }) => writable)
      .map(({ name, path }) => floor('writableGrant', `it may change ${path} (writable grant ${name})`)),
    ...(reach.irreversible ?? []).map((tool) => floor('irreversible', `what tool ${tool} does cannot be undone (reversible: false)`)),
    ...(reach.network.length > 0 ? [floor('network', `it may talk to ${reach.network.join(', ')} (network)`)] : []),
  ].filter(({ risk }) => risk !== 'low');
}

/** The least risk that an action of this reach can have; whoever names none gets it. */
export function riskFloorOf(reach: Reach, policy?: Partial<RiskFloor>): RiskLevel {
  return floorsOf(reach, policy).reduce<RiskLevel>((floor, { risk }) => higher(risk, floor), 'low');
}

/** Why an action of this reach may not call itself a smaller risk than it is, one sentence for each thing; empty where it does not. */
export function belowFloor(risk: RiskLevel, reach: Reach, policy?: Partial<RiskFloor>): string[] {
  return floorsOf(reach, policy)
    .filter((floor) => isBelow(risk, floor.risk))
    .map((floor) => `risk_level is ${risk}, its floor is ${floor.risk}: ${floor.because}`);
}
