import type { ProposalDocument } from '../domain/action/proposal.schema.js';
import type { Proposer } from '../domain/approval/terms.js';
import type { DecisionKind, MessageKind } from '../domain/approval/decision.js';
import type { PreviewReport } from '../domain/action/effect.js';
import type { ExecutionPlan } from '../domain/action/plan.js';
import type { CommandResult } from '../domain/action/result.js';
import type { ProposalStatus } from '../domain/action/status.js';
import type { Violation } from '../domain/violation.js';

/** Payload of the signals (`signalNames`); with `decision`, of the update `decide`. */
export interface DecisionMessage {
  readonly by: string;
  readonly reason?: string | undefined;
  /** 32 to 64 hex digits, or its first eight words or more; an approval needs it. */
  readonly digest?: string | undefined;
  readonly proposal_id?: string | undefined;
  /** `extend`: "12h". */
  readonly extend?: string | undefined;
  /** `resolve`. */
  readonly outcome?: 'completed' | 'failed' | undefined;
  readonly considered_seconds?: number | undefined;
  /** When it was said: a worker that is away reads it later. */
  readonly said_at?: string | undefined;
  readonly statement?: string | undefined;
  readonly signature?: string | undefined;
}

export interface DecideMessage extends DecisionMessage {
  readonly decision: DecisionKind;
}

/** Answer of the update `decide`. A refused decision is an answer too, and recorded. */
export interface DecideAnswer {
  readonly accepted: boolean;
  /** `ACCEPTED`, or why not: see `DecisionCode`. */
  readonly code: string;
  readonly message: string;
  readonly status: ProposalStatus;
}

/** One message that somebody sent about the proposal, and whether it counted, as shown by the query `status`. */
export interface JudgedMessage {
  readonly kind: MessageKind;
  readonly by: string;
  readonly at: string;
  readonly code: string;
  readonly why: string;
  readonly reason?: string | undefined;
  /** For how long it was before the person, as their program measured it; absent: nobody measured. */
  readonly consideredSeconds?: number | undefined;
  /** Fingerprint of the key that signed it; absent: unsigned, so `by` is a claim. */
  readonly key?: string | undefined;
}

/** What a preview found; `bound` where its effect is a part of what is approved. */
export interface PreviewView {
  readonly report: PreviewReport;
  readonly bound: boolean;
}

/** Everything about one proposal. The query `status` answers it as `SnakeKeys<ProposalView>`, and so does `ubos proposals show --json`. */
export interface ProposalView {
  readonly schema: 'ubos.proposal/v1';
  readonly proposalId: string;
  /** Stays through continue-as-new and reset; signed decisions name it (spec A3). */
  readonly firstRunId: string;
  readonly status: ProposalStatus;
  readonly reason: string;
  /** Which approvals are there and which are missing: "trinity 1 of 2". Absent where any one approval is enough. */
  readonly needs?: string | undefined;
  /** Who made it, as far as a signature shows it; absent: nobody looked, because nothing depends on it. */
  readonly proposer?: Proposer | undefined;
  readonly document: ProposalDocument;
  readonly plan?: ExecutionPlan | undefined;
  readonly digest?: string | undefined;
  /** ISO 8601; absent before the review and once it is decided. */
  readonly deadline?: string | undefined;
  /** When the mode is asked whether it consents, unless people decide before. ISO 8601; absent: only people can start it. */
  readonly modeAskedAt?: string | undefined;
  readonly warnings: readonly string[];
  readonly preview?: PreviewView | undefined;
  readonly violations: readonly Violation[];
  /** The last 50; `messages` counts all. */
  readonly decisions: readonly JudgedMessage[];
  readonly messages: number;
  readonly results: readonly CommandResult[];
  /** A dry run: the exact command lines of the sandbox. */
  readonly commandLines?: readonly (readonly string[])[] | undefined;
  readonly rollbacks: readonly { readonly tool: string; readonly ok: boolean; readonly summary: string }[];
}

/** How it ended. The workflow returns it as `SnakeKeys<ProposalOutcome>`: an expected end is a return value, never a failure. */
export interface ProposalOutcome {
  readonly proposalId: string;
  readonly status: ProposalStatus;
  readonly reason: string;
  readonly decidedBy?: string | undefined;
  readonly decidedAt?: string | undefined;
  readonly endedAt: string;
  readonly exitCode?: number | null | undefined;
}

/** Second argument of a proposal's workflow: the proposer's signed statement about it (spec A3). */
export interface ProposerProof {
  readonly statement: string;
  /** An SSH signature, armoured; or the brain's own, base64. */
  readonly signature: string;
}
