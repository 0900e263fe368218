import type { Proposer } from '../domain/approval/terms.js';
import type { ProposalDocument } from '../domain/action/proposal.schema.js';
import type { Decision } from '../domain/approval/decision.js';
import type { BookCheck, BookType, VouchedFinding } from './bookkeeping.js';
import type { AnswerRefused, ControlsRecorded, HandsAnswer, PreviewRecorded, ProbeRecorded, ResultRecorded } from './answers.js';
import type { GlassOutcome, GlassReview, GlassReviewBegun } from './glass-review.js';
import type { Authorisation } from './authorisation.js';
import type { KeptEntries } from '../domain/controls/kept-entries.js';
import type { Act, SignedAnswer } from '../domain/action/answer.js';
import type { PackedPlan, PackedResult } from '../domain/action/packing.js';
import type { PreviewReport } from '../domain/action/effect.js';
import type { ExecutionPlan } from '../domain/action/plan.js';
import type { Receipt } from '../domain/trail/logs.js';
import type { SignedPermit } from '../domain/action/permit.js';
import type { ProposalEvent } from './proposal-event.js';
import type { Mode } from '../domain/modes/mode.js';
import type { Violation } from '../domain/violation.js';
import type { ClosedStart, ExecutionResult, ProbeResult, RollbackResult } from '../domain/action/result.js';
import type { FinalStatus } from '../domain/action/status.js';

/** Which run asks. The first run id stays through continue-as-new and reset. */
export interface RunIdentity {
  readonly workflowId: string;
  readonly firstRunId: string;
  /** Id of the workflow that started this one as a child. */
  readonly parentId?: string;
}

/** A decision that counts; `key` only where it was signed. */
export interface CountedDecision extends Decision {
  /** Fingerprint, `SHA256:...`. */
  readonly key?: string;
  readonly receivedAt?: string;
}

export interface VerifyRequest {
  readonly identity: RunIdentity;
  readonly decision: Decision;
  readonly digest: string;
  /** Absent once it is decided: what may still be said then has no deadline. */
  readonly deadline?: string;
  readonly receivedAt: string;
  readonly usedNonces: readonly string[];
}

export interface VerifiedDecision {
  readonly code: string;
  readonly why: string;
  readonly key?: string;
  readonly nonce?: string;
}

/** The trail cannot be written: nothing may go on (spec L2). The workflow waits and asks again. */
export interface AuditUnavailable {
  readonly kind: 'audit_unavailable';
  readonly why: string;
}

export type ReviewOutcome =
  | {
      readonly kind: 'passed';
      readonly plan: PackedPlan;
      readonly digest: string;
      readonly policyVersion: string;
      readonly approvalSeconds: number;
      /** Absent where nothing depends on who proposed it. */
      readonly proposer?: Proposer;
      /** What silence becomes at the deadline. Neither runs. */
      readonly onTimeout: 'expired' | 'rejected';
      readonly warnings: readonly string[];
      /** That counts at this moment, for lists; absent: alpha. */
      readonly mode?: Mode;
      /** Absent where nobody asked for a preview. */
      readonly preview?: PreviewOrder;
      /** For lists: who proposed it, where that was signed. */
      readonly source?: 'thinking_cycle' | 'person';
      /** Where its starter had none, or another one, for lists. */
      readonly actionKey?: string;
    }
  | { readonly kind: 'refused'; readonly violations: readonly Violation[]; readonly policyVersion: string }
  | AuditUnavailable;

/** A preview that policy or proposer ask for: with its permit, or why there is none. */
export type PreviewOrder =
  | {
      readonly host: string;
      readonly permit: SignedPermit;
      readonly permitSeconds: number;
      /** Of the plan without an effect; absent before people were asked, when it is the one that the review gave. */
      readonly digest?: string;
    }
  | { readonly why: string };

export interface AnswerRequest<Answer> extends HandsAnswer<Answer> {
  readonly identity: RunIdentity;
}

export interface ResultRequest extends AnswerRequest<ExecutionResult<PackedResult>> {
  /** What the hands were asked: "not started" is final where they were asked to settle, and may not be where they were asked to execute. */
  readonly act: Extract<Act, 'execute' | 'settle'>;
  readonly decidedBy: string;
}

export interface EndRequest {
  readonly identity: RunIdentity;
  readonly document: ProposalDocument;
  readonly digest?: string;
  readonly status: FinalStatus;
  readonly reason: string;
  readonly decidedBy?: string;
  readonly decidedAt?: string;
  /** Absent: unsigned. */
  readonly assurance?: 'signed';
  /** Of the word that ended it. */
  readonly nonce?: string;
  readonly consideredSeconds?: number;
  readonly dryRun?: boolean;
  /** Nobody decided in time, whatever that is called (`auto_reject_on_timeout`). */
  readonly timedOut?: boolean;
  readonly rollbacks?: readonly { readonly index: number; readonly state: RollbackResult['state']; readonly ok: boolean }[];
}

export type Recorded = { readonly kind: 'recorded'; readonly receipt: Receipt } | AuditUnavailable;

/** Nothing was written: it is not the vessel's own, or not about what it says. */
export interface NotRecorded {
  readonly kind: 'refused';
  readonly why: string;
}

/** A run that says that a Schedule of the vessel started it. */
export interface ScheduledIdentity {
  readonly identity: RunIdentity;
  /** All that the workflow was told: its arguments, and the vessel's own word for them (base64), which the Schedule's action carries. */
  readonly input: ScheduledInput;
}

export interface ScheduledInput {
  readonly vessel: string;
  /** Of a thinking cycle: nothing is started. */
  readonly dryRun?: true;
  readonly voucher?: string;
}

/** As it stands in the mission log: what somebody else answered is not believed. */
export interface FindingRecorded {
  readonly kind: 'recorded';
  readonly ok: boolean;
  readonly summary: string;
}

/** Workflows that write to the mission log. */
export type ScheduledType = 'thinkingCycle' | 'rehearsal' | BookType;

/** Local activities of the brain: the only ones that touch the audit trail. Never callable from outside (enableNonLocalActivities: false). */
export interface BrainActivities {
  /** `actionKey`: as its starter says it. */
  reviewProposal(request: { identity: RunIdentity; document: unknown; proof?: unknown; actionKey?: string }): Promise<ReviewOutcome>;
  /** Statement and signature of one decision (spec A3). Reads keys and writes nothing. */
  verifyDecision(request: VerifyRequest): Promise<VerifiedDecision>;
  /** A preview that somebody asks for while the proposal waits: its permit, or why there is none. */
  orderPreview(request: {
    identity: RunIdentity;
    document: ProposalDocument;
    plan: ExecutionPlan;
    /** Counts the previews that were asked for; each has a record of its own. */
    round: number;
  }): Promise<{ readonly kind: 'ordered'; readonly order: PreviewOrder } | AuditUnavailable | NotRecorded>;
  /** `decisions` are the accepted ones; today's rules, emergency stop and digest are looked at again (spec P5). */
  authoriseStart(request: {
    identity: RunIdentity;
    document: ProposalDocument;
    /** What was approved: named in the verdict where today's plan differs. Arguments of local activities cost no history. */
    plan: ExecutionPlan;
    digest: string;
    decisions: readonly CountedDecision[];
    decidedAt: string;
    /** Counts the starts that were asked for; each gets a record of its own. */
    attempt: number;
    /** Counts the verdicts: more than one where an approval was withdrawn before the start. */
    verdict: number;
  }): Promise<Authorisation | AuditUnavailable>;
  /** Why nothing may start, where that is so. */
  lookForStop(): Promise<{ readonly kind: 'looked'; readonly stop?: string }>;
  /** Answers with the digest to approve where the effect is bound to it, because it is then another one. */
  recordPreview(request: {
    identity: RunIdentity;
    document: ProposalDocument;
    plan: ExecutionPlan;
    /** Why there is none, or what hands answered. */
    found: { readonly why: string } | { readonly permit: SignedPermit; readonly answer: SignedAnswer<PreviewReport> };
    /** Absent: the one before people are asked. */
    round?: number;
  }): Promise<PreviewRecorded | AuditUnavailable | NotRecorded>;
  /** `digest`: of what people are asked; the review of a broken glass is known by it. What is no note is left out. */
  recordEvents(request: {
    identity: RunIdentity;
    document: ProposalDocument;
    digest?: string;
    events: readonly ProposalEvent[];
  }): Promise<Recorded | NotRecorded>;
  /** Checks the facts against `expect` once more (hands did too); writes the tool log, and that the run completed, failed or was interrupted. */
  recordResult(request: ResultRequest): Promise<ResultRecorded | AnswerRefused | AuditUnavailable>;
  /** Whether hands really closed a start. Writes nothing. */
  verifyClosed(request: AnswerRequest<ClosedStart>): Promise<{ readonly kind: 'verified' } | AnswerRefused | AuditUnavailable>;
  recordProbe(
    request: AnswerRequest<ProbeResult<PackedResult>> & { readonly startedSteps: number },
  ): Promise<ProbeRecorded | AnswerRefused | AuditUnavailable>;
  recordRollback(
    request: AnswerRequest<RollbackResult<PackedResult>> & { readonly index: number },
  ): Promise<{ readonly kind: 'recorded' } | AnswerRefused | AuditUnavailable>;
  recordEnd(request: EndRequest): Promise<Recorded | NotRecorded>;
  /** Records that somebody starts a high risk alone, and says who reviews it afterwards (spec A4). */
  openGlassReview(request: {
    identity: RunIdentity;
    document: ProposalDocument;
    plan: ExecutionPlan;
    by: string;
    reason: string;
  }): Promise<{ readonly kind: 'opened'; readonly review: GlassReview } | AuditUnavailable | NotRecorded>;
  /** Whether the trail says that this glass was broken, and until when it is reviewed: neither is a matter of what its workflow was told. */
  beginGlassReview(request: { identity: RunIdentity; review: GlassReview }): Promise<GlassReviewBegun | AuditUnavailable | NotRecorded>;
  /** `refused`: nobody opened this review, it has been recorded otherwise, or its decisions do not hold. `early`: it cannot lapse yet. */
  recordGlassReview(request: {
    identity: RunIdentity;
    review: GlassReview;
    outcome: GlassOutcome;
    decisions: readonly CountedDecision[];
    reason: string;
  }): Promise<Recorded | { readonly kind: 'early'; readonly seconds: number } | NotRecorded>;
  /** Whether a Schedule of the vessel started this run. Reads a key and writes nothing. */
  isScheduled(request: ScheduledIdentity & { readonly type: ScheduledType }): Promise<boolean>;
  /** Into the mission log, once for each run and check; without a finding, that nobody whom the brain believes could look. */
  recordFinding(
    request: ScheduledIdentity & { readonly check: BookCheck; readonly found?: VouchedFinding },
  ): Promise<FindingRecorded | AuditUnavailable | NotRecorded>;
  /** What happened on a host while it ticked, into the mission log, once for each entry. `refused`: its hands did not sign it. */
  recordControls(request: { readonly kept: KeptEntries }): Promise<ControlsRecorded | AuditUnavailable | NotRecorded>;
  /** Tells people what the mission log says that this run found wrong. */
  raiseAlarm(request: ScheduledIdentity): Promise<{ readonly kind: 'told' } | AuditUnavailable | NotRecorded>;
}
