import type { KeptDecisions, Position, SignedWord } from '../../modes/evidence.js';
import type { Figures } from '../../modes/figures.js';
import type { Mode } from '../../modes/mode.js';
import type { ModeSettings } from '../../modes/settings.js';
import type { SnakeKeys } from '../../text/key-case.js';
import type { trailEvent } from '../events.js';

/** What the figures rest on: the last record of each log that they take in, and the hash of the line before it. */
interface RestsOn {
  readonly mission_log: Position;
  readonly proposals: Position;
}

interface Signed {
  readonly by: string;
  readonly key: string;
  readonly reason: string;
  readonly statement: string;
  readonly signature: string;
  readonly nonce: string;
  readonly received_at: string;
}

/** What the records about the mode say beside the keys that every record has. */
export interface ModeEventFields {
  readonly [trailEvent.modeChange]: {
    /** What stands from now on is called so: orders about the mode name it. */
    readonly mode_id: string;
    /** What stood before. */
    readonly of: string;
    readonly from: Mode;
    readonly to: Mode;
    /** Which rule brought it about, or `authorised`, `restored`, `workflow_lost`. */
    readonly rule: string;
    readonly reason: string;
    readonly by: string;
    readonly settings: SnakeKeys<ModeSettings>;
    readonly recommenders: readonly string[];
    readonly figures: SnakeKeys<Figures>;
    readonly rests_on: RestsOn;
    /** Empty where it came about by itself. */
    readonly orders: readonly SignedWord[];
    readonly nonce?: string;
  };
  /** The figures of a day, for when retention has removed what they rest on. */
  readonly [trailEvent.modeCheckpoint]: {
    readonly mode: Mode;
    readonly of: string;
    readonly settings: SnakeKeys<ModeSettings>;
    readonly recommenders: readonly string[];
    readonly figures: SnakeKeys<Figures>;
    readonly rests_on: RestsOn;
    readonly decisions: SnakeKeys<Omit<KeptDecisions, 'text' | 'signature'>>;
    /** The brain's own word on all of it (base64). */
    readonly signature: string;
  };
  readonly [trailEvent.modeRecommended]: Signed & { readonly of: string; readonly mode: Mode; readonly verdict: 'yes' | 'no' };
  /** Of what ran without a person: it counts as a rejection. */
  readonly [trailEvent.actionFlagged]: {
    readonly proposal_id: string;
    readonly by: string;
    readonly reason: string;
    readonly assurance: 'signed' | 'unsigned';
    readonly key?: string;
    readonly statement?: string;
    readonly signature?: string;
    readonly nonce?: string;
    readonly received_at: string;
  };
}
