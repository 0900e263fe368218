import type { LogName } from '../../../domain/trail/logs.js';
import type { Head } from '../format/signed-note.js';

/** What the verifier tells apart. The stand-alone verifier has the same words (docs/audit.md). */
export type FindingKind =
  | 'active_missing'
  | 'beginning_missing'
  | 'bookkeeping_invalid'
  | 'chain_broken'
  | 'duplicate_id'
  | 'foreign_line'
  | 'head_ahead'
  | 'head_invalid'
  | 'head_mismatch'
  | 'lock_ahead'
  | 'lock_mismatch'
  | 'log_missing'
  | 'schema_invalid'
  | 'segment_missing'
  | 'segment_unclosed'
  | 'sequence_broken'
  | 'unfinished_line'
  // Never more than a warning, or a notice:
  | 'abandoned_lines'
  | 'no_head'
  | 'pruned'
  | 'sealed_tail'
  | 'time_backwards'
  | 'unlinked_seal';

export interface Finding {
  readonly kind: FindingKind;
  /** Name of the file without its folder. */
  readonly file: string;
  /** First line is 1; 0: the file as a whole. */
  readonly line: number;
  readonly reason: string;
}

/** What was found out about one log. */
export interface LogVerdict {
  readonly log: LogName;
  /** `absent`: there is no such log, and nothing says that there ever was one. */
  readonly state: 'ok' | 'broken' | 'absent';
  /** The first thing that is wrong: whatever comes after it was not looked at. */
  readonly problem?: Finding;
  /** What somebody should know, and what may be as it should: a clock set back, an append that a kill cut short. */
  readonly warnings: readonly Finding[];
  /** What belongs to the life of a log. */
  readonly notices: readonly Finding[];
  /** Records `from` ... `to` are linked without a gap, and nothing speaks against the last of them; undefined where there is none. */
  readonly vouched?: { readonly from: number; readonly to: number; readonly leaf: string; readonly root: string };
  readonly records: number;
  readonly segments: number;
  /** The largest head that was compared. */
  readonly head?: Pick<Head, 'size' | 'time'>;
  readonly headsCompared: number;
  /** Where the heads that agree were kept, and how many different ones each place had. */
  readonly places: readonly { readonly place: string; readonly heads: number }[];
}
