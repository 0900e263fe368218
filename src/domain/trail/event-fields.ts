import type { ProposalDocument } from '../action/proposal.schema.js';
import type { TerminationReason } from '../action/result.js';
import type { FinalStatus } from '../action/status.js';
import type { ApprovalTerms, Proposer } from '../approval/terms.js';
import type { Metrics } from '../thinking/metrics.js';
import type { Violation } from '../violation.js';
import type { trailEvent } from './events.js';
import type { LogName } from './logs.js';

/** In every record that is about a proposal. */
export interface AboutProposal {
  readonly risk_level: string;
  readonly action_type: string;
}

type About<Fields = unknown> = AboutProposal & Fields;

/** Whose the record of a review is: nothing is done for another run, or another document, of the same id. */
interface Binding {
  /** Stays through a reset. */
  readonly first_run_id: string;
  readonly document_sha256: string;
}

/** One person's word, before there are enough. */
interface Ballot {
  readonly by: string;
  readonly progress: string;
  readonly assurance: 'signed' | 'unsigned';
  readonly key?: string;
  readonly reason: string;
  readonly considered_seconds?: number;
  /** When its proposal read it. */
  readonly received_at: string;
  /** When it was said, as whoever said it says. */
  readonly said_at?: string;
  /** Of the signed statement: spent, whatever becomes of the run. */
  readonly nonce?: string;
}

interface NotObeyed {
  readonly decision: string;
  readonly by: string;
  readonly code: string;
  readonly received_at: string;
}

interface Result {
  readonly status: 'completed' | 'executing';
  readonly digest: string;
  readonly host: string;
  readonly approved_by: string;
  readonly exit_status: number | null;
  readonly started_at: string | null;
  readonly ended_at: string | null;
}

interface End {
  readonly status: FinalStatus;
  readonly digest?: string;
  readonly decided_by?: string;
  readonly decided_at?: string | null;
  readonly assurance?: 'signed' | 'unsigned';
  /** Of the word that ended it. */
  readonly nonce?: string;
  readonly considered_seconds?: number;
  readonly timed_out?: true;
  readonly dry_run?: true;
  readonly rollback?: readonly { readonly index: number; readonly state: string; readonly ok: boolean }[];
}

interface GlassVerdict {
  readonly outcome: 'endorsed' | 'condemned' | 'lapsed';
  readonly by: string;
  readonly reason: string;
}

/** What one check of the nightly bookkeeping came to; the details are missing where it could not be done. */
type Found<Details> = { readonly ok: boolean } & Partial<Details>;

/** What the records of each event say beside the keys that every record has. */
export interface EventFields {
  readonly [trailEvent.actionProposed]: About<
    Binding & {
      readonly status: 'proposed';
      readonly digest: string;
      readonly action_key: string;
      readonly deadline: string;
      readonly policy_version: string;
      readonly mission_context: string;
      /** Only where a thinking cycle proposed it. */
      readonly playbook_id?: string;
      readonly proposed_by?: string;
      readonly proposer_assurance: Proposer['assurance'];
      readonly approval?: ApprovalTerms;
      readonly proposal: ProposalDocument;
    }
  >;
  readonly [trailEvent.actionRefused]: About<
    Binding & {
      readonly status: 'rejected';
      readonly violations: readonly Violation[];
      readonly policy_version: string;
    }
  >;
  readonly [trailEvent.idReused]: About<Binding>;
  readonly [trailEvent.previewRequested]: About<{ readonly status: 'proposed'; readonly digest: string }>;
  readonly [trailEvent.actionPreviewed]: About<
    { readonly status: 'proposed'; readonly digest: string } & (
      | { readonly previewable: false; readonly reason: string }
      | {
          readonly previewable: true;
          readonly effect_digest: string;
          readonly agreed: boolean;
          readonly bound: boolean;
          readonly changes: number;
          readonly rollback_equal?: boolean;
        }
    )
  >;
  readonly [trailEvent.decisionRefused]: About<NotObeyed>;
  readonly [trailEvent.decisionLate]: About<NotObeyed>;
  readonly [trailEvent.messagesFlooded]: About<{ readonly messages: number }>;
  readonly [trailEvent.approvalReminder]: About<{ readonly deadline: string }>;
  readonly [trailEvent.approvalEscalated]: About<{ readonly deadline: string; readonly group?: string }>;
  readonly [trailEvent.deadlineExtended]: About<{
    readonly by: string;
    readonly deadline: string;
    readonly reason: string;
    readonly nonce?: string;
  }>;
  readonly [trailEvent.approvalGiven]: About<Ballot>;
  /** By the one who gave it, or by a preview that changed the digest. */
  readonly [trailEvent.approvalWithdrawn]: About<Ballot | { readonly digest: string }>;
  readonly [trailEvent.actionApproved]: About<{
    readonly status: 'approved';
    readonly digest: string;
    readonly approved_by: readonly string[];
    readonly decided_at: string;
    readonly reasons: readonly string[];
    readonly considered_seconds?: readonly (number | null)[];
    readonly assurance: 'signed' | 'partly_signed' | 'unsigned';
    readonly signatures?: readonly {
      readonly by: string;
      readonly key: string | undefined;
      readonly statement: string | undefined;
      readonly signature: string | undefined;
    }[];
    readonly break_glass?: true;
  }>;
  readonly [trailEvent.actionSuspended]: About<{ readonly status: 'suspended' }>;
  readonly [trailEvent.startAuthorised]: About<{
    readonly status: 'executing';
    readonly digest: string;
    readonly host: string;
    readonly policy_version: string;
  }>;
  readonly [trailEvent.startRevoked]: About<{ readonly status: 'approved'; readonly digest: string }>;
  readonly [trailEvent.glassBroken]: About<{
    readonly by: string;
    readonly reason: string;
    readonly review_seconds: number;
    readonly review_sha256: string;
  }>;
  /** Of a run, or of a proposal that was settled otherwise. */
  readonly [trailEvent.actionCompleted]: About<Result | End>;
  readonly [trailEvent.executionFailed]: About<Result>;
  /** Of a run; or the workflow has no word from hands and asks on. */
  readonly [trailEvent.actionInterrupted]: About<Result | { readonly status: 'indeterminate' }>;
  readonly [trailEvent.actionRejected]: About<End>;
  readonly [trailEvent.actionExpired]: About<End>;
  readonly [trailEvent.actionCancelled]: About<End>;
  readonly [trailEvent.actionStale]: About<End>;
  readonly [trailEvent.actionFailed]: About<End>;
  readonly [trailEvent.actionRolledBack]: About<End>;
  readonly [trailEvent.actionRollbackFailed]: About<End>;
  readonly [trailEvent.breakGlassEndorsed]: About<GlassVerdict>;
  readonly [trailEvent.breakGlassCondemned]: About<GlassVerdict>;
  readonly [trailEvent.breakGlassLapsed]: About<GlassVerdict>;

  readonly [trailEvent.toolUse]: {
    /** Path of the program. */
    readonly tool: string;
    readonly tool_name: string;
    readonly arguments_hash: string;
    readonly runtime_seconds: number;
    readonly cpu_percent: number;
    readonly cpu_seconds: number;
    readonly memory_mb: number;
    readonly bytes_written: number;
    readonly connections: number;
    readonly connections_denied?: number;
    readonly network_tx?: number;
    readonly network_rx?: number;
    readonly tier?: string;
    readonly exit_status: number | null;
    readonly signal: string | null;
    readonly termination: TerminationReason;
    readonly started_at: string;
    readonly ended_at: string;
    readonly output_digest: string;
    readonly error_digest: string;
  };
  readonly [trailEvent.networkConnection]: {
    readonly tool_name: string;
    readonly host: string;
    readonly port: number;
    readonly ip: string | null;
    readonly tx: number;
    readonly rx: number;
    readonly ms: number;
    readonly verdict: string;
  };

  readonly [trailEvent.thinkingCycle]: {
    readonly workflow_id: string;
    readonly started: readonly string[];
    readonly duplicates: readonly string[];
    readonly skipped: readonly { readonly playbookId: string; readonly why: string }[];
    readonly metrics: Metrics;
  };
  readonly [trailEvent.auditUpkeep]: Found<{ readonly rotated: readonly string[]; readonly removed: readonly string[] }>;
  readonly [trailEvent.auditVerify]: Found<{
    readonly logs: readonly {
      readonly log: LogName;
      readonly state: string;
      readonly from: number | null;
      readonly to: number | null;
      readonly leaf: string | null;
      readonly heads: number;
      readonly warnings: number;
    }[];
  }>;
  readonly [trailEvent.auditReconcile]: Found<{
    readonly head_seq: number;
    readonly since: string | null;
    readonly proposals: number;
    readonly runs: number;
    readonly lines: number;
    readonly counts: Readonly<Record<string, number>>;
    readonly alarms: readonly unknown[];
  }>;
  readonly [trailEvent.auditReport]: Found<{ readonly month: string; readonly file: string; readonly written: boolean }>;

  readonly [trailEvent.segmentOpen]: {
    readonly prev_segment: string;
    readonly prev_last_seq: number;
    readonly why?: string;
    readonly abandoned?: { readonly from_seq: number; readonly from_offset: number };
  };
  readonly [trailEvent.segmentClose]: { readonly first_seq: number; readonly records: number };
  readonly [trailEvent.segmentPruned]: {
    readonly pruned_log: LogName;
    readonly segment: string;
    readonly first_seq: number;
    readonly last_seq: number;
    readonly leaf_last: string;
    readonly sha256: string;
    readonly tree: readonly string[];
  };
  readonly [trailEvent.tornTailSealed]: {
    readonly bytes: number;
    readonly sha256: string;
    readonly offset: number;
    readonly after: string;
  };
}
