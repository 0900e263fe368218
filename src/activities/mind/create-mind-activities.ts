import type { CyclePlan, MindActivities } from '../../contract/cycle.js';
import type { Vouching } from './vouching.js';
import { vouchFor } from './vouching.js';

export interface MindDependencies {
  readonly planner: { plan(): Promise<CyclePlan> };
  /** Absent where nothing depends on who proposed. */
  readonly vouching?: Vouching | undefined;
}

/** Reads and plans; whoever calls it gets a plan, and nothing has happened. */
export function createMindActivities({ planner, vouching }: MindDependencies): MindActivities {
  return {
    async planCycle() {
      const plan = await planner.plan();
      if (vouching === undefined) return plan;
      return { ...plan, proposals: plan.proposals.map((proposal) => ({ ...proposal, proof: vouchFor(vouching, proposal.document) })) };
    },
  };
}
