import type { KeptEntry, RecordedEntries } from '../../../domain/controls/kept-entries.js';
import { keptText, recordedText } from '../../../domain/controls/kept-entries.js';
import type { BeatAnswer } from '../../../contract/hands.js';

/** What has yet to be recorded, as it lies on the disk. */
export interface JournalFolder {
  /** Changes whenever what it holds may have changed. */
  stamp(): string;
  read(): readonly KeptEntry[];
  noteRecorded(marks: RecordedEntries['marks']): Promise<void>;
}

export interface KeptSettings {
  readonly folder: JournalFolder;
  readonly self: { readonly vessel: string; readonly host: string };
  /** Of the hands (base64). */
  readonly sign: (text: string) => string;
  /** Whether the brain of this vessel signed it. */
  readonly isOwn: (text: string, signature: string) => boolean;
  /** Monotonic, in milliseconds. */
  readonly monotonic: () => number;
}

/** What the beat brings to the workflow, and what it hears from there. */
export interface Kept {
  /** Signed; undefined where there is nothing. */
  read(): BeatAnswer['kept'];
  /** Something is there that the workflow is to be told before the end of the beat. */
  isDue(): boolean;
  told(): void;
  /** Whatever somebody sends; what the brain did not sign changes nothing. */
  acknowledge(recorded: unknown): Promise<void>;
}

/** In one answer: histories have bounds. */
const entriesMax = 50;

/**
 * An early return costs seven events of the history. So many may come one after the other, then one every ten minutes: with the eleven of each run
 * and those of its Schedule fewer than 5,000 a day, whatever happens. What comes meanwhile is told at the end of the run.
 */
const returns = { atOnce: 12, everyMilliseconds: 600_000, gapMilliseconds: 5_000 };

export function createKept({ folder, self, sign, isOwn, monotonic }: KeptSettings): Kept {
  let seen: string | undefined;
  let waits = false;
  let left: number = returns.atOnce;
  let filledAt = monotonic();
  let lastReturn = -Infinity;
  const looked = () => {
    const stamp = folder.stamp();
    if (stamp === seen) return waits;
    seen = stamp;
    waits = folder.read().length > 0;
    return waits;
  };
  return {
    read: () => {
      const entries = folder.read().slice(0, entriesMax);
      return entries.length === 0 ? undefined : { entries, signature: sign(keptText(self, entries)) };
    },
    isDue: () => {
      const now = monotonic();
      const filled = Math.floor((now - filledAt) / returns.everyMilliseconds);
      filledAt += filled * returns.everyMilliseconds;
      left = Math.min(returns.atOnce, left + filled);
      return left >= 1 && now - lastReturn >= returns.gapMilliseconds && looked();
    },
    told: () => {
      left -= 1;
      lastReturn = monotonic();
    },
    acknowledge: async (recorded) => {
      const { marks, signature } = (recorded ?? {}) as Partial<RecordedEntries>;
      if (marks === undefined || typeof signature !== 'string') return;
      let text: string;
      try {
        text = recordedText(self, marks);
      } catch {
        return;
      }
      if (isOwn(text, signature)) await folder.noteRecorded(marks);
    },
  };
}
