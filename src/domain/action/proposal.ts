import type { Limits } from './limits.js';

/** Lowest first. */
export const riskLevels = ['low', 'medium', 'high'] as const;
export type RiskLevel = (typeof riskLevels)[number];
export type ProposalId = string & { readonly __brand: 'ProposalId' };

/** What is checked after a command (spec P4): prose is for people, this is for the machine. */
export interface Expectation {
  /** Default 0. */
  readonly exitCode?: number;
  /** Every text must occur, to the letter. No regular expressions: a pattern from an agent could stall the check. */
  readonly stdoutContains?: readonly string[];
  readonly stderrContains?: readonly string[];
  /** No text may occur. */
  readonly stdoutLacks?: readonly string[];
  readonly stderrLacks?: readonly string[];
  /** Paths relative to /workspace. */
  readonly filesExist?: readonly string[];
  readonly filesAbsent?: readonly string[];
  /** Path relative to /workspace -> SHA-256 in hex. */
  readonly fileSha256?: Readonly<Record<string, string>>;
}

/** One call of a registered tool, as proposed. */
export interface ToolCall {
  readonly toolName: string;
  readonly toolArgs: readonly string[];
  readonly toolKwargs: ToolKwargs;
  readonly expect?: Expectation;
}

export interface ToolKwargs {
  /** Fed to the tool; the only place for several lines of text, since arguments hold no newline (spec C4). */
  readonly stdin?: string;
  /** Only ever narrows what policy and tool allow. */
  readonly limits?: Partial<Limits>;
}

export interface ActionStep extends ToolCall {
  /** Undoes this step; runs in listed order, the steps' lists in reverse order of the steps. */
  readonly rollback: readonly ToolCall[];
}

/** Everything an agent may ask for (spec P1), parsed. The seed's JSON is `ProposalDocument`. */
export interface Proposal {
  readonly proposalId: ProposalId;
  readonly timestamp: string;
  readonly vesselId: string;
  readonly missionContext: string;
  readonly actionType: string;
  readonly rationale: string;
  readonly expectedOutcome: string;
  readonly riskLevel: RiskLevel;
  readonly riskMitigation: string;
  readonly rollbackPlan: string;
  /** One for the seed's single tool, up to 16 for a playbook's action sequence. */
  readonly steps: readonly ActionStep[];
  /** Undoes the whole; runs after the steps' own rollback, in listed order. */
  readonly rollback: readonly ToolCall[];
  /** Read-only; exit 0: it happened, 1: it did not (spec X9). */
  readonly probe?: ToolCall;
  readonly networkDomains: readonly string[];
  readonly metadata: Readonly<Record<string, unknown>>;
  /** The proposer asks for a preview before people are asked. */
  readonly preview: boolean;
}

/** Every call that could run: steps, their rollbacks, the rollback of the whole, the probe. */
export function allCalls({ steps, rollback, probe }: Pick<Proposal, 'steps' | 'rollback' | 'probe'>): ToolCall[] {
  return [...steps, ...steps.flatMap((step) => step.rollback), ...rollback, ...(probe === undefined ? [] : [probe])];
}
