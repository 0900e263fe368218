import type { TerminationReason } from '../action/result.js';
import type { OracleEventFields } from '../oracles/event-fields.js';
import type { PolicyEventFields } from '../policy/event-fields.js';
import type { MindEventFields } from '../thinking/mind-event-fields.js';
import type { ControlEventFields } from './control-event-fields.js';
import type { trailEvent } from './events.js';
import type { LogName } from './logs.js';
import type { AccountFigures } from './reports/figures.js';
import type { ModeEventFields } from './mode/event-fields.js';
import type { OrderEventFields } from './order-event-fields.js';
import type { ProposalEventFields } from './proposal-event-fields.js';

/** What one check of the nightly bookkeeping came to; the details are missing where it could not be done. */
type Found<Details> = { readonly ok: boolean } & Partial<Details>;

/** Of a period, by name; the text for people lies in `file`. */
type Account = Found<AccountFigures & { readonly period: string; readonly file: string }>;

/** What the records of each event say beside the keys that every record has. */
export interface EventFields
  extends
    ProposalEventFields,
    ControlEventFields,
    OrderEventFields,
    MindEventFields,
    ModeEventFields,
    OracleEventFields,
    PolicyEventFields {
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

  readonly [trailEvent.constitutionalViolation]: {
    readonly kind: string;
    readonly at: string;
    readonly action: string;
    /** The folder. */
    readonly evidence: string;
    /** Id of what followed. */
    readonly stop?: string;
    readonly pause?: string;
  };
  readonly [trailEvent.unauthorisedAttempt]: { readonly kind: string; readonly proposal_id: string };
  readonly [trailEvent.vesselPaused]: {
    /** Its id. */
    readonly pause: string;
    readonly reason: string;
    readonly proposals: readonly string[];
    readonly within_seconds: number;
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
    /** Proposals that went on no more, and of which the log had no end. */
    readonly settled: number;
  }>;
  readonly [trailEvent.auditReport]: Found<{ readonly month: string; readonly file: string; readonly written: boolean }>;
  readonly [trailEvent.dailySummary]: Account;
  readonly [trailEvent.weeklyReview]: Account;
  readonly [trailEvent.constitutionalAudit]: Account;
  readonly [trailEvent.yearlyReview]: Account;
  readonly [trailEvent.backupMade]: Found<{
    readonly backup: string;
    readonly snapshot: string;
    readonly taken_at: string;
    readonly files: number;
    readonly bytes_added: number;
    /** Whether it holds Temporal's database. */
    readonly database: boolean;
    readonly seconds: number;
  }>;

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
