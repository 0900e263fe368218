import type { ModelAnswer, ModelAnswered } from '../domain/model/answer.js';
import type { Dropped } from '../domain/model/candidate.js';
import type { ThinkingContext } from '../domain/model/context.js';
import type { Metrics } from '../domain/thinking/metrics.js';
import type { ProposalDocument } from '../domain/action/proposal.schema.js';
import type { AskingRun } from '../domain/approval/own-word.js';
import type { Wanted } from '../domain/oracles/wanted.js';
import type { LookedUp, LookupTicket } from './lookups.js';
import type { ProposerProof } from './messages.js';

export interface PlannedProposal {
  /** Absent: the model chose it. */
  readonly playbookId?: string;
  readonly document: ProposalDocument;
  /** The brain's signed statement that its own cycle proposed it. */
  readonly proof?: ProposerProof;
  readonly actionKey: string;
  /** For the deadline that lists show; the review decides the real one. */
  readonly approvalSeconds: number;
}

/** Something that the mind found out for a run, with the vessel's own word for it: whoever reaches the server can call the mind, and answer in its place. */
export interface Vouched<Found> {
  readonly found: Found;
  /** base64, over step, run and what was found. */
  readonly signature: string;
}

/** What a cycle knows when it begins. */
export interface Gathered {
  readonly context: ThinkingContext;
  readonly metrics: Metrics;
  /** Of the catalogue: how much there is to choose from. */
  readonly choices: number;
  /** Missions whose success holds. */
  readonly reached: readonly string[];
  /** What missions ask of oracles, and no answer is known of. */
  readonly lookups?: readonly Wanted[];
  /** What became of those. */
  readonly lookedUp?: readonly LookedUp[];
  /** Why there is nothing to think about. */
  readonly idle?: string;
}

export interface CyclePlan {
  /** Complete proposals, ids included: made once, so a retried start is the same proposal. */
  readonly proposals: readonly PlannedProposal[];
  readonly skipped: readonly { readonly playbookId: string; readonly why: string }[];
  /** Whose trigger did not hold, with the values that were looked at; for whoever waits for the cycle, and recorded nowhere. */
  readonly unmatched?: readonly { readonly playbookId: string; readonly why: string }[];
  /** Whose trigger held: streaks are counted by it. Absent where no playbook was looked at. */
  readonly matched?: readonly string[];
  /** How many more proposals may wait. */
  readonly room: number;
  /** Why there was nothing to think about; absent when the cycle ran. */
  readonly idle?: string;
}

/** What of a model's answer may be proposed. */
export interface Verified {
  readonly proposals: readonly PlannedProposal[];
  readonly dropped: readonly Dropped[];
  /** There is something that the model could mend, and room for it: it is asked once more. */
  readonly repairable: boolean;
}

export const modelSteps = ['propose', 'repair'] as const;
export type ModelStep = (typeof modelSteps)[number];

/** The brain's word that the model may be asked once, for this step of this run, about this context. */
export interface Ticket {
  readonly step: ModelStep;
  readonly contextDigest: string;
  /** ISO 8601. */
  readonly expiresAt: string;
  /** How long the answer may take. */
  readonly seconds: number;
  /** base64, over all of that and the run. */
  readonly signature: string;
}

/** Why nobody asks the model. Stable: they are recorded. */
export const closedCodes = ['disabled', 'stopped', 'nothing_to_choose', 'no_room', 'budget', 'breaker_open', 'not_own'] as const;
export type ClosedCode = (typeof closedCodes)[number];

/** What became of the model in a cycle. */
export type ModelOutcome =
  | { readonly kind: 'closed'; readonly code: ClosedCode; readonly why: string }
  | { readonly kind: 'failed'; readonly code: string; readonly why: string }
  | {
      readonly kind: 'answered';
      readonly provider: string;
      readonly model: string;
      readonly promptDigest: string;
      readonly asked: number;
      /** Which sections of the charter it was told. */
      readonly charter?: ModelAnswered['charter'];
    };

export interface CycleReport {
  readonly started: readonly string[];
  readonly duplicates: readonly string[];
  readonly skipped: CyclePlan['skipped'];
  readonly unmatched?: CyclePlan['unmatched'];
  readonly metrics: Metrics;
  readonly idle?: string;
  /** Absent where it never came to that. */
  readonly model?: ModelOutcome;
  /** What the model chose and what was not proposed, each with its reason. */
  readonly dropped?: readonly Dropped[];
  readonly reached?: readonly string[];
  /** What oracles were asked. */
  readonly lookups?: readonly { readonly oracle: string; readonly query: string; readonly outcome: string }[];
  /** Of a dry run: what it saw and would propose. Nothing was started. */
  readonly rehearsed?: { readonly context: ThinkingContext; readonly documents: readonly ProposalDocument[] };
  /** Why the mission log says nothing of it. */
  readonly unrecorded?: string;
}

interface AskingStep {
  readonly run: AskingRun;
  readonly gathered: Vouched<Gathered>;
}

/** Reads and plans; writes no line and starts nothing. Each step takes what the ones before it signed for the same run, and nothing else. */
export interface MindActivities {
  gather(request: { readonly run: AskingRun }): Promise<Vouched<Gathered>>;
  matchPlaybooks(request: AskingStep): Promise<Vouched<CyclePlan>>;
  /** Asks oracles, once for each ticket; what they said joins the context (spec T8). */
  lookUp(request: AskingStep & { readonly tickets: readonly LookupTicket[] }): Promise<Vouched<Gathered>>;
  /** Once for each ticket: a second attempt gets the answer that was kept. `before`: what was wrong with the first answer. */
  askModel(request: AskingStep & { readonly ticket: Ticket; readonly before?: Vouched<Verified> }): Promise<Vouched<ModelAnswer>>;
  /** `plan`: how much room is left. */
  verifyAnswer(
    request: AskingStep & { readonly plan: Vouched<CyclePlan>; readonly answer: Vouched<ModelAnswer>; readonly before?: Vouched<Verified> },
  ): Promise<Vouched<Verified>>;
}
