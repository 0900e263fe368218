import type { PreviewReport } from '../domain/action/effect.js';
import type { PackedPlan, PackedResult } from '../domain/action/packing.js';
import type { SignedPermit } from '../domain/action/permit.js';
import type { ExecutionResult, RollbackResult } from '../domain/action/result.js';
import type { CountedDecision } from './activities.js';

export interface StartRequest {
  readonly permit: SignedPermit;
  readonly plan: PackedPlan;
  /** Signed approvals, for the hands to verify on their own (spec A3); absent where nothing had to be signed. */
  readonly approvals?: readonly CountedDecision[];
}

export type ProbeResult =
  /** Exit 0: it happened; exit 1: it did not; anything else settles nothing (spec X9). */
  { readonly verdict: 'happened' | 'did_not_happen' | 'unknown'; readonly why?: string };

/** Remote activities of the hands. Each verifies the permit itself. */
export interface HandsActivities {
  /** Starts it, at most once; asked again it answers from the start ledger. */
  executeAction(request: StartRequest): Promise<ExecutionResult<PackedResult>>;
  /** What the ledger knows; never starts anything, and closes an entry that nobody has claimed, so that nothing ever will. */
  settleAction(request: StartRequest): Promise<ExecutionResult<PackedResult>>;
  probeAction(request: StartRequest): Promise<ProbeResult>;
}

/** Also on the queue of the hands. Nothing that lasts: no ledger, no workspace; its permit is for a preview and for nothing else. */
export interface PreviewActivities {
  previewAction(request: StartRequest): Promise<PreviewReport>;
}

/** On a queue of its own, never governed: a governed rollback deadlocks at limit 1. */
export interface RollbackActivities {
  rollBackStep(request: StartRequest & { readonly index: number }): Promise<RollbackResult<PackedResult>>;
}

/** What the escapement carries from attempt to attempt, and shows in its heartbeat (spec G1). */
export interface BeatState {
  readonly ticks: number;
  readonly missed: number;
  readonly jitterP50Ms: number;
  readonly jitterP99Ms: number;
  readonly emergencyStop: boolean;
  readonly lastTickAt: string;
}

export interface ControlActivities {
  /** Ticks in process until `seconds` are over. */
  beat(request: { readonly seconds: number }): Promise<BeatState>;
}
