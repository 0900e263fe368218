import type { Metrics } from '../domain/thinking/metrics.js';
import type { ProposalDocument } from '../domain/action/proposal.schema.js';
import type { AskingRun } from '../domain/approval/own-word.js';
import type { ProposerProof } from './messages.js';

export interface PlannedProposal {
  readonly playbookId: string;
  readonly document: ProposalDocument;
  /** The brain's signed statement that its own cycle proposed it. */
  readonly proof?: ProposerProof;
  readonly actionKey: string;
  /** For the deadline that lists show; the review decides the real one. */
  readonly approvalSeconds: number;
}

export interface CyclePlan {
  readonly metrics: Metrics;
  /** Complete proposals, ids included: made once, so a retried start is the same proposal. */
  readonly proposals: readonly PlannedProposal[];
  readonly skipped: readonly { readonly playbookId: string; readonly why: string }[];
  /** Whose trigger did not hold, with the values that were looked at; for whoever waits for the cycle, and recorded nowhere. */
  readonly unmatched?: readonly { readonly playbookId: string; readonly why: string }[];
  /** Why there was nothing to think about; absent when the cycle ran. */
  readonly idle?: string;
}

/** A plan with the vessel's own word for it; the mission log holds what is signed and nothing else. */
export interface VouchedPlan {
  readonly plan: CyclePlan;
  /** base64, over `cycleFound`. */
  readonly signature: string;
}

/** What of a plan is recorded, and so signed: its documents have lines of their own. */
export const cycleFound = ({ metrics, proposals, skipped, idle }: CyclePlan) => ({
  metrics,
  proposed: proposals.map(({ document }) => document.proposal_id),
  skipped,
  idle: idle ?? null,
});

export interface CycleReport {
  readonly started: readonly string[];
  readonly duplicates: readonly string[];
  readonly skipped: readonly { readonly playbookId: string; readonly why: string }[];
  readonly unmatched?: CyclePlan['unmatched'];
  readonly metrics: Metrics;
  readonly idle?: string;
  /** Why the mission log says nothing of it. */
  readonly unrecorded?: string;
}

/** Reads and plans; writes no line and starts nothing. */
export interface MindActivities {
  planCycle(request: { readonly run: AskingRun }): Promise<VouchedPlan>;
}
