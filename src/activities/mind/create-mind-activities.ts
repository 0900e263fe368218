import type { CyclePlan, MindActivities } from '../../contract/cycle.js';
import type { ProposerProof } from '../../contract/messages.js';
import type { ProposalDocument } from '../../domain/action/proposal.schema.js';

export interface MindDependencies {
  readonly planner: { plan(): Promise<CyclePlan> };
  /** The brain's word on what its own cycle proposes; absent where nothing depends on who proposed. */
  readonly vouch?: ((document: ProposalDocument) => ProposerProof) | undefined;
}

/** Reads and plans; whoever calls it gets a plan, and nothing has happened. */
export function createMindActivities({ planner, vouch }: MindDependencies): MindActivities {
  return {
    async planCycle() {
      const plan = await planner.plan();
      if (vouch === undefined) return plan;
      return { ...plan, proposals: plan.proposals.map((proposal) => ({ ...proposal, proof: vouch(proposal.document) })) };
    },
  };
}
