import type { AskingRun } from '../domain/approval/own-word.js';
import type { EventFields } from '../domain/trail/event-fields.js';
import type { bookEvents } from '../domain/trail/events.js';

/** What is looked at or made each night (spec L3, L4, D3). */
export type BookCheck = keyof typeof bookEvents;

/** Which of the vessel's workflows makes it. */
export const bookTypes = {
  upkeep: 'bookkeeping',
  verify: 'bookkeeping',
  reconcile: 'bookkeeping',
  report: 'bookkeeping',
  backup: 'backup',
  day: 'dailySummary',
  week: 'weeklyReview',
  month: 'constitutionalAudit',
  year: 'yearlyReview',
} as const satisfies Readonly<Record<BookCheck, string>>;
export type BookType = (typeof bookTypes)[BookCheck];

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

/** A finding with the vessel's own word for it. */
export interface VouchedFinding<Check extends BookCheck = BookCheck> {
  readonly finding: BookFinding<Check>;
  /** base64 */
  readonly signature: string;
}

export interface BookkeepingReport {
  readonly findings: readonly Pick<BookFinding, 'check' | 'ok' | 'summary'>[];
  /** Why nothing was looked at. */
  readonly unrecorded?: string;
}

/** What could not be looked at is tried so often; then that is the finding. */
export const bookAttemptsMax = 5;

interface Asked {
  readonly run: AskingRun;
}

/**
 * Remote activities of the brain, on a queue of their own. Whoever reaches the server may ask for them, or answer them: so each takes nothing that
 * could be told to it, does what the configuration says, and signs what it found for the run that asked. What is recorded is what was signed.
 */
export interface BookActivities {
  /** Closes the files that are due and removes what retention does not keep. */
  keepBooks(asked: Asked): Promise<VouchedFinding<'upkeep'>>;
  /** Every file, every head. */
  verifyBooks(asked: Asked): Promise<VouchedFinding<'verify'>>;
  /** The log against the histories that the server still keeps. */
  reconcileBooks(asked: Asked): Promise<VouchedFinding<'reconcile'>>;
  /** Writes the report of the last month that is over, where there is none yet. */
  reportBooks(asked: Asked): Promise<VouchedFinding<'report'>>;
  /** A backup, by whoever may read all of it. */
  backUp(asked: Asked): Promise<VouchedFinding<'backup'>>;
  /** The account of the last day, week, month or year that is over: figures of the trail, and a text that people can read. */
  giveAccountOfDay(asked: Asked): Promise<VouchedFinding<'day'>>;
  giveAccountOfWeek(asked: Asked): Promise<VouchedFinding<'week'>>;
  giveAccountOfMonth(asked: Asked): Promise<VouchedFinding<'month'>>;
  giveAccountOfYear(asked: Asked): Promise<VouchedFinding<'year'>>;
}
