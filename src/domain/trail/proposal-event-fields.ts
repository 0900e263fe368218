import type { ProposalDocument } from '../action/proposal.schema.js';
import type { FinalStatus } from '../action/status.js';
import type { ApprovalTerms, Proposer } from '../approval/terms.js';
import type { SignedGrant } from '../modes/grant-record.js';
import type { Mode } from '../modes/mode.js';
import type { Violation } from '../violation.js';
import type { trailEvent } from './events.js';

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

/** What is told again while it waits says what it is about, as the first notification did. */
interface StillWaiting {
  readonly status: 'proposed';
  readonly digest: string;
  readonly deadline: string;
}

interface NotObeyed {
  readonly decision: string;
  readonly by: string;
  readonly code: string;
  readonly received_at: string;
}

interface Result {
  readonly status: 'completed' | 'executing' | 'indeterminate';
  /** An emergency stop ended it, and its id. */
  readonly reason?: 'stopped';
  readonly stop?: string;
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

/** What the records about a proposal say beside the keys that every record has. */
export interface ProposalEventFields {
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
      /** People are asked once it has ended, with the digest that it says. */
      readonly preview_follows?: true;
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
  readonly [trailEvent.approvalReminder]: About<StillWaiting>;
  readonly [trailEvent.approvalEscalated]: About<StillWaiting & { readonly group?: string }>;
  readonly [trailEvent.deadlineExtended]: About<
    StillWaiting & {
      readonly by: string;
      readonly reason: string;
      readonly nonce?: string;
    }
  >;
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
    /** `mode`: no person, but the mode that the vessel has earned. */
    readonly assurance: 'signed' | 'partly_signed' | 'unsigned' | 'mode';
    readonly grant?: SignedGrant;
    readonly signatures?: readonly {
      readonly by: string;
      readonly key: string | undefined;
      readonly statement: string | undefined;
      readonly signature: string | undefined;
    }[];
    readonly break_glass?: true;
  }>;
  readonly [trailEvent.actionSuspended]: About<{ readonly status: 'suspended' }>;
  readonly [trailEvent.rateLimited]: About<{
    readonly status: 'approved';
    readonly digest: string;
    /** When its turn is. ISO 8601. */
    readonly until: string;
    /** In words. */
    readonly limit: string;
    /** Whose limit: the action type, or `*`. */
    readonly limit_of: string;
  }>;
  readonly [trailEvent.startAuthorised]: About<{
    readonly status: 'executing';
    readonly digest: string;
    readonly host: string;
    readonly policy_version: string;
  }>;
  readonly [trailEvent.startRevoked]: About<{ readonly status: 'approved'; readonly digest: string }>;
  /** A mode did not consent when it was asked, which happens once: from then on only people can. */
  readonly [trailEvent.grantWithheld]: About<{ readonly status: 'proposed'; readonly digest: string; readonly mode: Mode }>;
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
  readonly [trailEvent.resultRefused]: About<{ readonly act: string }>;
  readonly [trailEvent.actionProbed]: About<{
    readonly status: 'executing';
    readonly digest: string;
    readonly host: string;
    readonly verdict: 'happened' | 'did_not_happen' | 'unknown';
  }>;
  readonly [trailEvent.actionRejected]: About<End>;
  readonly [trailEvent.actionExpired]: About<End>;
  readonly [trailEvent.actionCancelled]: About<End>;
  readonly [trailEvent.actionStale]: About<End>;
  readonly [trailEvent.actionFailed]: About<End>;
  readonly [trailEvent.actionRolledBack]: About<End>;
  readonly [trailEvent.actionRollbackFailed]: About<End>;
  /** Without the run the server has forgotten it. */
  readonly [trailEvent.actionEndedOutside]: About<{ readonly run_id?: string }>;
  readonly [trailEvent.breakGlassEndorsed]: About<GlassVerdict>;
  readonly [trailEvent.breakGlassCondemned]: About<GlassVerdict>;
  readonly [trailEvent.breakGlassLapsed]: About<GlassVerdict>;
}
