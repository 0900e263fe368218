import type { Limits } from '../domain/action/limits.js';
import type { Grant } from '../domain/action/plan.js';
import type { RiskLevel } from '../domain/action/proposal.js';
import type { RiskFloor } from '../domain/action/reach.js';
import type { TierName } from '../domain/action/tier.js';
import type { Tool } from '../domain/action/tool.js';
import type { Ceiling } from '../domain/modes/mode.js';
import type { ModeSettings } from '../domain/modes/settings.js';
import type { AlertKind } from '../domain/trail/meanings/meaning.js';
import type { RateLimits } from '../domain/trail/rates.js';
import type { LogName } from '../domain/trail/logs.js';
import type { CatalogueEntry } from '../domain/model/catalogue.js';
import type { CockpitConfig } from './sections/cockpit.js';
import type { CommsHubConfig } from './sections/comms-hub.js';
import type { BackupConfig } from './sections/backup.js';
import type { Approvals } from './sections/approvals.js';
import type { LlmConfig } from './sections/llm.js';
import type { OraclesConfig } from './sections/oracles.js';

/** Everything that agent.yaml and policy.json say, in the words of the code. Made by `loadConfig`, the only reader of files and environment. */
export interface JanusConfig {
  readonly agentFile: string;
  readonly vesselId: string;
  /** In log lines. */
  readonly vesselName: string;
  readonly host: string;
  /** A ceiling, never a grant. */
  readonly operationalMode: Ceiling;
  readonly paths: {
    /** Folder of mission_log: the others that agent.yaml does not name lie here. */
    readonly state: string;
    readonly missionLog: string;
    readonly toolLog: string;
    readonly proposalsLog: string;
    readonly approvalQueue: string;
    readonly agentLog: string;
    /** What oracles answered. */
    readonly intelCache: string;
    readonly workspaces: string;
    readonly ledger: string;
    /** The brain's keys. */
    readonly keys: string;
    /** The hands' own. */
    readonly handsKeys: string;
    /** Signed heads of the audit trail, and the public key that belongs to them. */
    readonly heads: string;
    /** Where hands ask the egress process for a way out. */
    readonly egressControl: string;
    /** The sockets that go into sandboxes: beside the workspaces, which the actions' account can reach. */
    readonly egressSockets: string;
    readonly emergencyStop: string;
    /** What the controls of this host keep: the mark of a stop, slots, their state, what has yet to be recorded. */
    readonly controls: string;
    readonly policy: string;
    /** The security policies under which the vessel has run. */
    readonly adoptedPolicies: string;
    readonly missionObjectives: string;
    readonly playbooks: string;
    readonly charter: string;
    /** Where keys of approvers are kept, whether or not there are any. */
    readonly allowedSigners: string;
    readonly revokedSigners: string;
  };
  readonly sandbox: { readonly bwrapPath: string; readonly account: string };
  readonly tools: readonly Tool[];
  readonly allowedTools: readonly string[];
  readonly allowedDomains: readonly string[];
  readonly policy: {
    readonly limits: Limits;
    readonly allowNetwork: boolean;
    readonly grants: readonly Grant[];
    /** What has to hold an action of a risk to its quotas; a risk that is not named takes what there is. */
    readonly minimumTiers: Readonly<Partial<Record<RiskLevel, TierName>>>;
    /** The least risk of an action, by what its sandbox reaches. */
    readonly riskFloor: RiskFloor;
    /** Which risks are previewed before people are asked. */
    readonly preview: Readonly<Partial<Record<RiskLevel, boolean>>>;
  };
  readonly harness: { readonly concurrencyMax: number; readonly defaultTimeoutSeconds: number; readonly tickIntervalSeconds: number };
  /** Governor, relief valve, rates, kill switch. Fractions are of 1. */
  readonly controls: {
    readonly governor: {
      readonly enabled: boolean;
      readonly proportionalGain: number;
      readonly integralGain: number;
      readonly targetBacklog: number;
    };
    readonly relief: {
      readonly enabled: boolean;
      readonly sampleSeconds: number;
      readonly cpuThreshold: number;
      readonly memoryThresholdMb: number;
    };
    readonly monitoring: { readonly enabled: boolean; readonly intervalSeconds: number };
    /** Within ten minutes. */
    readonly pauseAfterFailures: number;
    readonly rateLimits: RateLimits;
    /** Requests of all actions together. */
    readonly networkRates: { readonly perMinute: number; readonly perHour: number };
    readonly killSwitch: {
      /** What was killed is rolled back when the stop is over, or at once. */
      readonly rollback: 'wait' | 'run';
      /** Within an hour. */
      readonly violationsThreshold: number;
      readonly violationAction: 'immediate_stop' | 'pause' | 'alert';
    };
  };
  /** When the vessel may do more without a person. */
  readonly modes: {
    readonly settings: ModeSettings;
    readonly recommenders: readonly string[];
    /** How long people have to object to a novel action of medium risk. */
    readonly vetoSeconds: number;
    /** Types of action that people look at in every mode. */
    readonly exclude: readonly string[];
  };
  /** Approved playbooks run without a person, in a mode that is high enough. */
  readonly playbooksRun: boolean;
  /** A model may choose playbooks. */
  readonly playbooksOffered: boolean;
  readonly thinking: {
    readonly enabled: boolean;
    readonly intervalSeconds: number;
    readonly proposalsPerCycleMax: number;
    readonly pendingProposalsMax: number;
    readonly playbooksEnabled: boolean;
    /** Whether a model is asked at all. */
    readonly autonomous: boolean;
  };
  readonly llm: LlmConfig;
  readonly oracles: OraclesConfig;
  /** What a model may choose. */
  readonly catalogue: readonly CatalogueEntry[];
  /** Of the charter; a model is told them. */
  readonly principles: readonly string[];
  readonly cooldowns: { readonly completedSeconds: number; readonly rejectedSeconds: number };
  readonly approval: {
    readonly timeoutSeconds: number;
    readonly onTimeout: 'expired' | 'rejected';
    readonly notificationScript: string | undefined;
    /** Names of the groups, the first one decides, the others are told when it stays silent. */
    readonly groups: readonly string[];
  };
  readonly audit: {
    readonly heads: { readonly intervalSeconds: number; readonly keyPath: string; readonly secondPlace: string | undefined };
    /** Each night, in UTC. */
    readonly bookkeeping: { readonly enabled: boolean; readonly hour: number; readonly minute: number };
    /** When a file of a log is closed. */
    readonly rotation: { readonly bytes: number; readonly milliseconds: number };
    /** Undefined: for ever. */
    readonly retentionDays: { readonly tool_use: number; readonly proposals: number | undefined };
  };
  readonly backup: BackupConfig;
  readonly cockpit: CockpitConfig;
  readonly commsHub: CommsHubConfig;
  /** Who decides, and what has to be signed. */
  readonly approvals: Approvals;
  /** Workspaces that nobody needs any more go after so many days, where `workspaceCleanup` says so. */
  readonly workspaceRetentionDays: number;
  readonly workspaceCleanup: boolean;
  /** What becomes of a looser security policy: it takes effect and is recorded, or only after a constitutional review (spec C7). */
  readonly amendments: 'recorded' | 'required';
  /** Served on 127.0.0.1; at the port after this one by hands of their own. */
  readonly metrics: { readonly enabled: boolean; readonly port: number };
  /** Kinds of alerts that people hear of. */
  readonly alertOn: readonly AlertKind[];
  /** A worker that crashed or hung is started again. */
  readonly restartOnFailure: boolean;
  /** Each step of a proposal is in the agent log. */
  readonly traceProposals: boolean;
  /** Temporal's query `__stack_trace` is answered. */
  readonly workflowStacks: boolean;
  readonly dryRun: boolean;
  readonly verbose: boolean;
  /** SHA-256 over the parsed agent.yaml and policy.json, 16 hex digits: recorded with every verdict (spec C3). */
  readonly policyVersion: string;
}

/** The files of the audit trail by the name of their log. */
export const logFilesOf = ({ paths }: Pick<JanusConfig, 'paths'>): Readonly<Record<LogName, string>> => ({
  mission_log: paths.missionLog,
  tool_use: paths.toolLog,
  proposals: paths.proposalsLog,
});
