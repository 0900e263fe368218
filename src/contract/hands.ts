import type { PreviewReport } from '../domain/action/effect.js';
import type { PackedPlan, PackedResult } from '../domain/action/packing.js';
import type { SignedPermit } from '../domain/action/permit.js';
import type { SignedAnswer } from '../domain/action/answer.js';
import type { KeptEntries, RecordedEntries } from '../domain/controls/kept-entries.js';
import type { ClosedStart, ExecutionResult, ProbeResult, RollbackResult } from '../domain/action/result.js';
import type { SignedObeyed, SignedOrders } from '../domain/controls/standing-orders.js';
import type { CountedDecision } from './activities.js';

export interface StartRequest {
  readonly permit: SignedPermit;
  readonly plan: PackedPlan;
  /** Signed approvals, for the hands to verify on their own (spec A3); absent where nothing had to be signed. */
  readonly approvals?: readonly CountedDecision[];
}

/** What is asked about a start: on the queue of rollbacks, which nothing holds back. */
export interface StartedActivities {
  /** What the ledger knows; never starts anything, and voids a permit that nobody has used, so that nothing ever will start under it. */
  settleAction(request: StartRequest): Promise<SignedAnswer<ExecutionResult<PackedResult>>>;
  /** Voids a permit that nobody has used, at once; `started` where somebody has. */
  closeStart(request: StartRequest): Promise<SignedAnswer<ClosedStart>>;
  /** Reads only, and at most once for each permit, which is of its own. */
  probeAction(request: StartRequest): Promise<SignedAnswer<ProbeResult<PackedResult>>>;
}

/** The type of the failure of an action that may not start yet; its message says why, and until when it may. */
export const heldFailure = 'HELD';

/**
 * Remote activities of the hands. Each verifies its permit itself, and signs what it answers. Only this one waits for a place (spec G2): while it
 * does and may not start for another reason, it fails as `heldFailure`, and is asked for again.
 */
export interface HandsActivities extends StartedActivities {
  /** Starts it, at most once; asked again it answers from the start ledger. */
  executeAction(request: StartRequest): Promise<SignedAnswer<ExecutionResult<PackedResult>>>;
}

/** On a queue of their own: they wait for each other and take no place from an action. Nothing that lasts: no ledger, no workspace; its permit is for a preview and for nothing else. */
export interface PreviewActivities {
  previewAction(request: StartRequest): Promise<SignedAnswer<PreviewReport>>;
}

/** On a queue of its own, never governed: a governed rollback deadlocks at limit 1. Its permit is of its own, too. */
export interface RollbackActivities {
  rollBackStep(request: StartRequest & { readonly index: number }): Promise<SignedAnswer<RollbackResult<PackedResult>>>;
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

export interface BeatAnswer extends BeatState {
  /** What has to be recorded; absent where there is nothing. */
  readonly kept?: KeptEntries;
}

export interface ControlActivities {
  /** Ticks in process until `seconds` are over, or something has to be recorded. `recorded`: what of that the brain says it has recorded. */
  beat(request: { readonly seconds: number; readonly recorded?: RecordedEntries }): Promise<BeatAnswer>;
}

/** Also on the queue of the controls. */
export interface ObeyActivities {
  /** Keeps to what the brain signed, unless it is older than what is kept to, and signs which it keeps to. Fails where the brain did not sign it. */
  obeyOrders(orders: SignedOrders): Promise<SignedObeyed>;
}
