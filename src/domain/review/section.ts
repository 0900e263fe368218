import type { RiskLevel } from '../action/proposal.js';

/** What a section is about. Programs find a section by this; its title is for people. */
export type SectionKind =
  | 'header'
  | 'action'
  | 'mission_context'
  | 'rationale'
  | 'expected_outcome'
  | 'risk_mitigation'
  | 'rollback_plan'
  | 'tool_invocation'
  | 'will_run'
  | 'sandbox'
  | 'reaches'
  | 'on_failure'
  | 'probe'
  | 'preview'
  | 'without_people'
  | 'outside_text'
  | 'broken_rules'
  | 'warnings'
  | 'look_alikes'
  | 'commands'
  | 'now'
  | 'dry_run'
  | 'results'
  | 'rollback'
  | 'messages';

/** Where an eye should stop. */
export type Emphasis = RiskLevel | 'alarm';

interface Labelled {
  readonly label: string;
  readonly value: string;
}

/**
 * One piece of a section. Its text was made visible (spec A5), so a renderer lays it out, and escapes what its own medium would obey. Only prose
 * and content have several lines.
 */
export type Block =
  /** What somebody wrote, in lines of their own. */
  | { readonly form: 'prose'; readonly text: string }
  /** A sentence. */
  | { readonly form: 'line'; readonly text: string; readonly emphasis?: Emphasis | undefined }
  /** One of several facts: what does not fit into its line must not look like another of them. */
  | { readonly form: 'item'; readonly text: string; readonly emphasis?: Emphasis | undefined }
  /** A value with its name; `beside` stands in the same line where there is room. */
  | (Labelled & { readonly form: 'field'; readonly emphasis?: Emphasis | undefined; readonly beside?: readonly Labelled[] | undefined })
  /** What will be started: program and arguments, each of them one word whatever is in it. */
  | { readonly form: 'command'; readonly argv: readonly string[] }
  /** What is in a file or goes into a program: each line is marked, so that none can be taken for a line of the review. */
  | { readonly form: 'content'; readonly text: string }
  /** A command for a person to type. */
  | { readonly form: 'typed'; readonly label: string; readonly command: string }
  /** What happened at a moment (ISO 8601). */
  | { readonly form: 'event'; readonly at: string; readonly text: string };

export interface Section {
  readonly kind: SectionKind;
  /** Absent: it begins the review, and needs none. */
  readonly title?: string;
  readonly blocks: readonly Block[];
}

/** Nothing to say, no section. */
export function section(kind: SectionKind, title: string, blocks: readonly Block[]): Section | undefined {
  return blocks.length === 0 ? undefined : { kind, title, blocks };
}
