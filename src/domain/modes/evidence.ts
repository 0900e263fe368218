import type { Signs } from './life.js';
import type { Mode } from './mode.js';
import type { ModeSettings } from './settings.js';

/** Where a log stood, and the hash of the line before its last record: what figures rest on, and what a cut log cannot show any more. */
export interface Position {
  readonly seq: number;
  readonly prev: string;
}

/** What became of something that the vessel itself proposed. Times are milliseconds since 1970 and never go back. */
export interface Decided {
  readonly id: string;
  readonly at: number;
  readonly seq: number;
  readonly outcome: 'approved' | 'rejected' | 'expired';
  /** A rejection that nobody signed: it can keep a mode from being earned, and takes none away. */
  readonly isClaim?: true;
}

/** What became of something whose proposal lies before the first record that is there: whether the vessel made it, the log alone cannot say. */
export interface Stray extends Omit<Decided, 'outcome'> {
  readonly outcome: Decided['outcome'] | 'dry_run';
}

/** What ran without a person. */
export interface RanAlone {
  readonly at: number;
  readonly mode: string;
  readonly actionType: string;
  readonly seq: number;
}

/** When an action completed. */
export interface Completion {
  readonly at: number;
  readonly seq: number;
}

/** Of the proposals log. */
export interface DecidedTrail {
  readonly position: Position;
  /** The first record that is there: what came before it, retention has removed. Undefined where there is none. */
  readonly firstSeq: number | undefined;
  readonly decided: readonly Decided[];
  /** Empty where nothing was removed. */
  readonly strays: readonly Stray[];
  /** What ran without a person -> when, in which mode. */
  readonly alone: ReadonlyMap<string, RanAlone>;
  readonly completions: readonly Completion[];
}

/** What a checkpoint keeps of the proposals log: all that the mode needs of its records behind `after`, up to `until`. */
export interface KeptDecisions {
  readonly after: number;
  readonly until: number;
  readonly decided: readonly Decided[];
  readonly alone: readonly (RanAlone & { readonly id: string })[];
  readonly completions: readonly Completion[];
  /** The brain's word on it, and on the figures of that moment. */
  readonly text: string;
  readonly signature: string;
}

export interface ModeChange {
  /** What it is called that stands from then on; orders about the mode name it, and no two are the same. */
  readonly id: string;
  readonly at: number;
  readonly seq: number;
  readonly from: Mode;
  readonly to: Mode;
  readonly why: string;
  readonly settings: ModeSettings;
  /** Whose recommendation omega needed then. */
  readonly recommenders: readonly string[];
  /** Of the proposals log, when it was decided. */
  readonly proposals: Position | undefined;
  /** The signed words that it rests on; empty where it came about by itself. */
  readonly orders: readonly SignedWord[];
  /** As it was known then: what came later must not change the verdict on it. */
  readonly before: Pick<VesselTrail, 'votes' | 'verifiedAt' | 'reconciledAt'>;
}

export interface SignedWord {
  readonly by: string;
  readonly key: string;
  readonly statement: string;
  readonly signature: string;
}

export interface SeenViolation {
  readonly id: string;
  readonly at: number;
  readonly kind: string;
  /** The stop or the pause that followed: it is remedied when people have ended that. */
  readonly halt: string | undefined;
  /** When it was remedied; where nothing followed, at once. */
  readonly closedAt: number | undefined;
}

export interface Vote {
  readonly by: string;
  readonly key: string;
  readonly at: number;
  readonly verdict: 'yes' | 'no';
  readonly word: SignedWord;
}

export interface Flag {
  /** Of the proposal. */
  readonly id: string;
  readonly at: number;
  readonly seq: number;
  readonly isClaim?: true;
}

/** Of the mission log. */
export interface VesselTrail {
  readonly position: Position;
  /** The id of the record there. */
  readonly lastId: string;
  /** When the figures were recorded last. */
  readonly checkpointAt: number | undefined;
  /** Of each checkpoint that follows the one before it without a gap. */
  readonly kept: readonly KeptDecisions[];
  /** The relief valve holds actions back. */
  readonly isOverloaded: boolean;
  /** Of the first record. */
  readonly firstAt: number | undefined;
  /** The latest time that a record says. */
  readonly newestAt: number | undefined;
  readonly signs: Signs;
  /** When thinking cycles completed. */
  readonly cycles: Signs;
  readonly changes: readonly ModeChange[];
  readonly violations: readonly SeenViolation[];
  /** For what stands; a "no" has cleared those before it. */
  readonly votes: readonly Vote[];
  readonly flags: readonly Flag[];
  /** Signed words that were looked at once count no more, whatever became of them. */
  readonly spent: ReadonlySet<string>;
  /** When the trail was last found whole, and when it was last found to agree with the server. */
  readonly verifiedAt: number | undefined;
  readonly reconciledAt: number | undefined;
  /** As the trail itself says them; undefined where it does not. */
  readonly settings: ModeSettings | undefined;
  readonly recommenders: readonly string[] | undefined;
}

/** All that the audit trail says about the mode. */
export interface ModeTrail {
  readonly vessel: VesselTrail;
  readonly proposals: DecidedTrail;
}
