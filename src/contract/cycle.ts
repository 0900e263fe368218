import type { Metrics } from '../domain/thinking/metrics.js';
import type { ProposalDocument } from '../domain/action/proposal.schema.js';
import type { ProposerProof } from './messages.js';

export interface PlannedProposal {
  readonly playbookId: string;
  readonly document: ProposalDocument;
  /** The brain's signed statement that its own cycle proposed it; absent where nothing depends on that. */
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
  /** Why there was nothing to think about; absent when the cycle ran. */
  readonly idle?: string;
}

export interface CycleReport {
  readonly started: readonly string[];
  readonly duplicates: readonly string[];
  readonly skipped: readonly { readonly playbookId: string; readonly why: string }[];
  readonly metrics: Metrics;
  readonly idle?: string;
}

/** Reads and plans; writes no line and starts nothing. */
export interface MindActivities {
  planCycle(): Promise<CyclePlan>;
}
