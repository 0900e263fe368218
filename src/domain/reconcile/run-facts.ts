import type { ApprovalTerms } from '../approval/terms.js';

/** What a history holds of one record: where it lies, and its leaf or the beginning of it. */
export interface HeldReceipt {
  readonly seq: number;
  readonly leaf: string;
}

/** One attempt to get a start permit; only one that was authorised holds a receipt. */
export interface StartAttempt {
  readonly attempt: number;
  readonly receipt?: HeldReceipt;
}

/** Something that was handed to hands, and the record that its permit names. */
export interface HandedOver {
  readonly activity: string;
  readonly receipt?: HeldReceipt;
  /** False where hands said that they started nothing. */
  readonly ran: boolean;
}

/** What the history of one run says that the log must say too. */
export interface RunFacts {
  readonly workflowId: string;
  readonly runId: string;
  readonly kind: 'proposal' | 'glass_review';
  /** `outside`: terminated, timed out or failed, so that its workflow could record nothing. */
  readonly state: 'running' | 'completed' | 'outside';
  /** Milliseconds since 1970, by the server's clock. */
  readonly startedAt: number;
  /**
   * A workflow task has begun and did not end, or the trail could not be written and is tried again: what was recorded meanwhile may be in the
   * log already and is not in the history yet.
   */
  readonly isUnfinished: boolean;
  /**
   * From the start of a workflow task that failed or timed out to the end of the one that did its work, in milliseconds by the server's clock. What
   * the first one recorded stands in the log for good; the second one had other messages and another time, and may have gone another way.
   */
  readonly retries: readonly { readonly from: number; readonly to: number }[];
  readonly documentSha256?: string;
  readonly review?: { readonly passed: boolean; readonly digest?: string; readonly terms?: ApprovalTerms };
  /** Digests of plans that hold an effect. */
  readonly boundDigests: readonly string[];
  readonly attempts: readonly StartAttempt[];
  readonly results: readonly boolean[];
  /** Of permits that were given after the start: for a rollback. */
  readonly furtherPermits: readonly HeldReceipt[];
  readonly probes: number;
  /** Of notes: each is that of the last record of its batch. */
  readonly notes: readonly HeldReceipt[];
  readonly end?: HeldReceipt;
  readonly previews: number;
  readonly previewsAsked: number;
  readonly openedGlass: boolean;
  readonly reviewedGlass: boolean;
  /** Who sent an approval, or broke the glass. */
  readonly approvers: readonly string[];
  /** Which modes consented in the place of people: `mode:beta`. */
  readonly modes: readonly string[];
  /** Fingerprints of keys whose signature was verified and counted. */
  readonly verifiedKeys: readonly string[];
  readonly handedOver: readonly HandedOver[];
  readonly outcome?: { readonly status: string; readonly reason: string; readonly decidedBy?: string };
}

/** The review of a broken glass belongs to its proposal: lines of the one are made by the other. */
export const proposalOf = (workflowId: string): string => workflowId.replace(/-review$/, '');
