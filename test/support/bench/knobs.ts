import type { Model } from '../../../src/adapters/model/model.js';
import type { Catalogue } from '../../../src/domain/model/catalogue.js';
import type { Fact } from '../../../src/domain/model/context.js';
import type { Metrics } from '../../../src/domain/thinking/metrics.js';
import type { BrainDependencies } from '../../../src/activities/brain/dependencies.js';
import type { GrantSettings } from '../../../src/domain/modes/grant.js';
import type { ModeTrail } from '../../../src/domain/modes/evidence.js';
import type { Ceiling } from '../../../src/domain/modes/mode.js';
import type { StandingStop } from '../../../src/domain/controls/stop.js';
import type { CyclePlan } from '../../../src/contract/cycle.js';
import type { BeatState, HandsActivities, ObeyActivities, PreviewActivities, RollbackActivities } from '../../../src/contract/hands.js';
import type { BookCheck, BookFinding } from '../../../src/contract/bookkeeping.js';
import type { ApprovalPolicy } from '../../../src/domain/approval/terms.js';
import type { ReviewContext } from '../../../src/domain/constitution/rules.js';
import type { PreviewReport } from '../../../src/domain/action/effect.js';
import type { Oracles } from '../../../src/adapters/oracles/oracles.js';
import type { Wanted } from '../../../src/domain/oracles/wanted.js';
import type { RiskLevel } from '../../../src/domain/action/proposal.js';
import type { PolicyRule } from '../../../src/domain/policy/rule.js';
import { toolsPolicy } from '../policy/policy-side.js';
import type { TestKeys } from '../proposals/approvals.js';
import { openApprovals, testKeys } from '../proposals/approvals.js';

/** What a test may turn while everything runs; looked at anew for every call. */
export interface Knobs {
  approvalSeconds: number;
  onTimeout: 'expired' | 'rejected';
  permitSeconds: number;
  /** Who has to say yes; hands may be configured otherwise. */
  approvals: ApprovalPolicy;
  /** The moment at which the clock of all sides stands still (milliseconds since 1970); undefined: the server's time. */
  at: number | undefined;
  /** `operational_mode`. */
  ceiling: Ceiling;
  /** All that the trail says of the mode, instead of what this bench's own says. */
  life: ModeTrail | undefined;
  /** What the hands are configured to allow, where that is something else. */
  handsCeiling: Ceiling | undefined;
  /** Of what may run without a person. */
  grants: Partial<GrantSettings>;
  /** Of playbooks that people approved beforehand. */
  playbook: BrainDependencies['playbookConsent'];
  handsApprovals: ApprovalPolicy | undefined;
  readonly keys: TestKeys;
  /** Where authorised actions go; hands live on `test-host` only. */
  host: string;
  /** Why nothing may start, as the brain sees it and as the hands do. */
  emergencyStop: { brain?: string; hands?: string };
  /** What lies on the disk of the hands, which the brain can see. */
  stopOnDisk: StandingStop | undefined;
  /** Whether failures pause the vessel: tests of one bench share its trail. */
  pauses: boolean;
  diskFull: boolean;
  onDiskFull: () => void;
  /** The rules of the moment. */
  rules: Partial<ReviewContext>;
  /** Instead of the real activity of the hands, for this many calls; what is not `retryable` is the last word. */
  handsFail: Partial<Record<keyof (HandsActivities & PreviewActivities), { times: number; readonly retryable: boolean }>>;
  /** What somebody else who polls the queue of the hands answers in their place, call by call; a function may have the hands do it first. */
  handsForge: Partial<Record<keyof (HandsActivities & ObeyActivities & PreviewActivities & RollbackActivities), unknown[]>>;
  /** How many actions the gate of the hands lets in. */
  slots: number;
  /** Which risks are previewed, what a preview finds, what a copy on the stage turns out to be, and what was put in place. */
  previewByRisk: Partial<Record<RiskLevel, boolean>>;
  preview: (signal: AbortSignal) => Promise<PreviewReport>;
  stagedEffect: string | undefined;
  inPlace: string[];
  /** What playbooks propose, and what was measured. */
  cycle: () => Promise<Omit<CyclePlan, 'room'> & { readonly metrics: Metrics; readonly room?: number }>;
  model: Model;
  readonly thinking: { autonomous: boolean; seconds: number };
  /** What a model may choose. */
  catalogue: Catalogue;
  /** Written by somebody else, and shown to the model. */
  outside: readonly Fact[];
  /** What missions ask of oracles, and what those answer. */
  lookups: readonly Wanted[];
  oracle: Oracles['ask'];
  reached: readonly string[];
  /** What the nightly bookkeeping finds; a string is why it could not look. */
  books: Partial<Record<BookCheck, Partial<BookFinding> | string>>;
  /** Checks that somebody else answers, who has no key of the vessel. */
  forgedBooks: readonly BookCheck[];
  /** What people were told by it. */
  readonly alarms: { readonly id: string; readonly summary: string; readonly findings: readonly object[] }[];
  /** What the files say of the security policy; what is adopted says `toolsPolicy('shell')`. */
  policyFiles: readonly PolicyRule[];
  beat: ((attempt: number) => Promise<BeatState | undefined>) | undefined;
}

export const vessel = 'janus-test';
export const testHost = 'test-host';

export function freshKnobs(): Knobs {
  return {
    approvalSeconds: 86_400,
    onTimeout: 'expired',
    permitSeconds: 600,
    approvals: openApprovals,
    at: undefined,
    ceiling: 'alpha',
    life: undefined,
    handsCeiling: undefined,
    grants: {},
    playbook: async () => ({ approved: false, code: 'NOT_APPROVED', why: 'nobody has approved it' }),
    handsApprovals: undefined,
    keys: testKeys(),
    host: testHost,
    emergencyStop: {},
    stopOnDisk: undefined,
    pauses: false,
    diskFull: false,
    onDiskFull: () => {},
    rules: {},
    handsFail: {},
    handsForge: {},
    slots: 16,
    previewByRisk: {},
    preview: () => Promise.resolve({ state: 'not_previewable', why: 'no test said what it finds' }),
    stagedEffect: undefined,
    inPlace: [],
    cycle: () => Promise.resolve({ metrics: {}, proposals: [], skipped: [], idle: 'nothing to think about' }),
    model: { ask: async () => ({ kind: 'failed', code: 'no_provider', why: 'no test said what it answers' }) },
    thinking: { autonomous: false, seconds: 30 },
    catalogue: { entries: [], digest: '' },
    outside: [],
    lookups: [],
    oracle: async (lookup) => ({ kind: 'failed', ...lookup, code: 'unavailable', why: 'no test said what it answers' }),
    reached: [],
    books: {},
    forgedBooks: [],
    alarms: [],
    policyFiles: toolsPolicy('shell'),
    beat: undefined,
  };
}
