import type { PackedPlan } from '../domain/action/packing.js';
import type { ProposalDocument } from '../domain/action/proposal.schema.js';

/** What the others are shown after somebody broke the glass; its plan names them, and its digest is what they sign. */
export interface GlassReview {
  readonly proposalId: string;
  readonly document: ProposalDocument;
  readonly plan: PackedPlan;
  readonly digest: string;
  readonly by: string;
  readonly reason: string;
  readonly reviewSeconds: number;
}

/** What came of it: the others approve of it afterwards, they do not, or nobody said anything in time. */
export type GlassOutcome = 'endorsed' | 'condemned' | 'lapsed';

/** How the review of a broken glass stands, by the trail. */
export interface GlassReviewBegun {
  readonly kind: 'begun';
  readonly secondsLeft: number;
  /** What moved the deadline so far, in this run or in one before. */
  readonly extension: { readonly seconds: number; readonly count: number };
}
