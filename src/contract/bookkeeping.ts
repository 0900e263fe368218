import type { EventFields } from '../domain/trail/event-fields.js';
import type { bookEvents } from '../domain/trail/events.js';

/** What the nightly bookkeeping looks at, in this order (spec L3, L4). */
export type BookCheck = keyof typeof bookEvents;

/** What one of them came to; written to the mission log. */
export type BookFinding<Check extends BookCheck = BookCheck> = {
  readonly [Each in Check]: {
    readonly check: Each;
    /** False: somebody has to look. */
    readonly ok: boolean;
    readonly summary: string;
    /** Flat, snake_case, small: it ends in a history and in a line of the log. Nothing where it could not be done. */
    readonly data: Omit<EventFields[(typeof bookEvents)[Each]], 'ok'>;
  };
}[Check];

export interface BookkeepingReport {
  readonly findings: readonly Pick<BookFinding, 'check' | 'ok' | 'summary'>[];
}

/**
 * Remote activities of the brain, on a queue of their own. Whoever reaches the server may ask for them: each says what it found, and none does
 * anything that the configuration does not say. What they found is recorded by a local activity, which nobody else can call.
 */
export interface BookActivities {
  /** Closes the files that are due and removes what retention does not keep. */
  keepBooks(): Promise<BookFinding<'upkeep'>>;
  /** Every file, every head. */
  verifyBooks(): Promise<BookFinding<'verify'>>;
  /** The log against the histories that the server still keeps. */
  reconcileBooks(): Promise<BookFinding<'reconcile'>>;
  /** Writes the report of a month, `YYYY-MM`, where there is none yet. */
  reportBooks(request: { readonly month: string }): Promise<BookFinding<'report'>>;
  /** Tells people, once for each `id`. */
  raiseAlarm(request: { readonly id: string; readonly findings: readonly BookFinding[] }): Promise<void>;
}
