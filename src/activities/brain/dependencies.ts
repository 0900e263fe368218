import type { AuditTrail } from '../../adapters/audit/contract/audit-trail.js';
import type { HandsKey, PermitIssuer, Vouchers } from '../../adapters/permit/permit.js';
import type { SignatureVerifier } from '../../adapters/signatures/signature-verifier.js';
import type { Proposal, RiskLevel } from '../../domain/action/proposal.js';
import type { ApprovalPolicy } from '../../domain/approval/terms.js';
import type { Restored } from '../../domain/backup/restored.js';
import type { ReviewContext } from '../../domain/constitution/rules.js';
import type { Sha256 } from '../../domain/text/canonical.js';
import type { ModelCalls, ModelLimits } from '../../domain/thinking/model-calls.js';
import type { PlaybookFound } from '../../domain/thinking/playbook-approval.js';
import type { DailyLookups, OracleCalls } from '../../domain/oracles/calls.js';
import type { LogName } from '../../domain/trail/logs.js';
import type { Attempts } from '../../domain/trail/attempts.js';
import type { KnownActions } from '../../domain/trail/novelty.js';
import type { Pause } from '../../domain/trail/pause.js';
import type { Rates } from '../../domain/trail/rates.js';
import type { SpokenWords } from '../../domain/trail/spoken.js';
import type { Standing } from '../../domain/trail/standing.js';
import type { Projection } from '../../domain/trail/projection.js';
import type { ModeDependencies } from './mode/dependencies.js';
import type { PolicyDependencies } from './policy/dependencies.js';

/** What the brain needs to know and to touch; fakes in tests. */
export interface BrainDependencies {
  /** Which brain this is. `namespace` is Temporal's: signed decisions name it. */
  readonly self: { readonly vessel: string; readonly namespace: string; readonly host: string };
  readonly now: () => Date;
  readonly sha256: Sha256;
  readonly trail: AuditTrail;
  /** Kept up to date by the trail, with the proposals log. */
  readonly novelty: Pick<Projection<KnownActions>, 'snapshot'>;
  /** What people said, in whatever run; kept up to date in the same way. */
  readonly spoken: Pick<Projection<SpokenWords>, 'snapshot'>;
  /** What stands of the vessel itself; kept up to date with the mission log. */
  readonly standing: Pick<Projection<Standing>, 'snapshot'>;
  readonly holds: Holds;
  /** Of the mission log. */
  readonly attempts: Pick<Projection<Attempts>, 'snapshot'>;
  readonly violations: Violations;
  readonly rules: Rules;
  readonly approvals: Approvals;
  readonly orders: Orders;
  readonly thinking: Thinking;
  readonly mode: ModeDependencies;
  readonly policy: PolicyDependencies;
  readonly restore: Restoring;
  readonly permits: PermitIssuer & { readonly seconds: number };
  /** Whether a playbook is approved beforehand, with this very content, as the registry says it now. */
  readonly playbookConsent: (playbookId: string, contentHash: string) => Promise<PlaybookFound>;
  /** The key that the hands of this host sign with. */
  readonly hands: HandsKey;
  /** Why nothing may start, or undefined. */
  readonly emergencyStop: () => Promise<string | undefined>;
  readonly alarm: RaiseAlarm;
}

/** What was put back, and what leads on from there (spec D3). Until somebody says yes every use of the trail is refused. */
export interface Restoring {
  /** Undefined where nothing was put back, or where somebody has said yes. */
  readonly pending: () => Restored | undefined;
  /** The trail itself, for that yes alone. */
  readonly trail: AuditTrail;
  /** Up to where each log holds what it says. Throws AUDIT_UNAVAILABLE where one does not. */
  readonly verified: () => Promise<readonly { readonly log: LogName; readonly to: number; readonly leaf: string }[]>;
  /** From here on the trail is open. */
  readonly acknowledged: () => Promise<void>;
}

/** Tells people that somebody has to look; equal ids are the same alarm. */
export type RaiseAlarm = (alarm: { readonly id: string; readonly summary: string; readonly findings: readonly object[] }) => Promise<void>;

/** What follows a breach of the constitution. */
export interface Violations {
  readonly action: 'immediate_stop' | 'pause' | 'alert';
  /** Keeps what shows what happened; answers with the folder, and never rejects. */
  readonly setAside: (id: string, words: string) => Promise<string>;
  /** Answers with the id of the stop. */
  readonly pullStop: (reason: string) => Promise<string | undefined>;
}

/** What keeps an approved action from its start for a while; kept up to date with the proposals log. */
export interface Holds {
  readonly rates: Pick<Projection<Rates>, 'snapshot'>;
  readonly pause: Pick<Projection<Pause | undefined>, 'snapshot'>;
}

/** What a proposal is held against. */
export interface Rules {
  /** Parses the wire format; throws an error whose `issues` name path and message. */
  readonly parse: (document: unknown) => Proposal;
  /** The rules of the moment: looked at anew for every review and every start. */
  readonly context: () => Promise<ReviewContext>;
  readonly policyVersion: string;
  readonly cooldowns: { readonly completedSeconds: number; readonly rejectedSeconds: number };
  /** Which risks are previewed before people are asked. */
  readonly previewByRisk: Readonly<Partial<Record<RiskLevel, boolean>>>;
}

/** Whether and how often the model is asked. */
export interface Thinking {
  /** `thinking_cycle.enable_autonomous_proposals`. */
  readonly autonomous: boolean;
  readonly limits: ModelLimits;
  /** How long an answer may take. */
  readonly seconds: number;
  /** Kept up to date with the mission log. */
  readonly calls: Pick<Projection<ModelCalls>, 'snapshot'>;
  /** Absent: no oracle is asked. */
  readonly lookups?: LookupLimits;
}

/** How often oracles are asked. */
export interface LookupLimits {
  readonly dailyMax: DailyLookups;
  readonly perCycleMax: number;
  /** How long an answer may take. */
  readonly seconds: number;
  /** Kept up to date with the mission log. */
  readonly calls: Pick<Projection<OracleCalls>, 'snapshot'>;
}

/** What people may order of the vessel, and how the hands are told. */
export interface Orders {
  /** As configured: no order goes beyond it. */
  readonly limitMax: number;
  /** Signs with the vessel's own key (base64). */
  readonly vouch: (text: string) => string;
  /** Takes the emergency file of this stop away, where this account may; never rejects. */
  readonly takeSwitchAway: (stop: string) => Promise<void>;
}

/** Who has to say yes, with what keys, and in what time. */
export interface Approvals {
  readonly policy: ApprovalPolicy;
  readonly signatures: SignatureVerifier;
  /** Tells what the brain's own thinking cycle proposed. */
  readonly vouchers: Pick<Vouchers, 'isOwn'>;
  readonly seconds: number;
  readonly onTimeout: 'expired' | 'rejected';
}
