import type { Filled } from './catalogue.js';

/** One thing that a model chose: names and values only, nothing that is run as it stands. */
export interface Candidate {
  readonly action: string;
  readonly parameters: Filled;
  readonly missionId: string;
  readonly rationale: string;
  /** Ids of facts. */
  readonly evidence: readonly string[];
}

/** Why a candidate is no proposal. Stable: repair rounds and records name them. */
export type DropCode =
  | 'malformed'
  | 'unknown_action'
  | 'bad_parameter'
  | 'unknown_mission'
  | 'not_allowed_for_mission'
  | 'no_evidence'
  | 'unknown_evidence'
  | 'ungrounded_number'
  | 'rationale_too_short'
  | 'duplicate'
  | 'too_many'
  | 'review_refused';

export interface Dropped {
  /** Its place in the answer. */
  readonly index: number;
  /** Where the catalogue has it: an invented name is repeated to nobody. */
  readonly action?: string;
  readonly code: DropCode;
  readonly why: string;
}
