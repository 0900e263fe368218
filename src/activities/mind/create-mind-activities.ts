import type { CyclePlan, MindActivities } from '../../contract/cycle.js';
import { cycleFound } from '../../contract/cycle.js';
import { signFound } from '../shared/own-word.js';
import type { Vouching } from './vouching.js';
import { vouchFor } from './vouching.js';

export interface MindDependencies {
  readonly planner: { plan(): Promise<CyclePlan> };
  readonly vouching: Vouching;
}

/** Reads and plans; whoever calls it gets a plan, and nothing has happened. It says that the plan is its own, for the run that asked. */
export function createMindActivities({ planner, vouching }: MindDependencies): MindActivities {
  return {
    async planCycle({ run }) {
      const { proposals, ...rest } = await planner.plan();
      const plan = { ...rest, proposals: proposals.map((proposal) => ({ ...proposal, proof: vouchFor(vouching, proposal.document) })) };
      return { plan, signature: signFound(vouching, run, cycleFound(plan)) };
    },
  };
}
