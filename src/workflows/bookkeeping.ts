import { ActivityFailure, proxyActivities } from '@temporalio/workflow';
import type { ScheduledInput } from '../contract/activities.js';
import type { BookActivities, BookCheck, BookkeepingReport, BookType, VouchedFinding } from '../contract/bookkeeping.js';
import { bookAttemptsMax } from '../contract/bookkeeping.js';
import { queues } from '../contract/names.js';
import type { AskingRun } from '../domain/approval/own-word.js';
import { ownIdentity } from './identity.js';
import { brain, recordAlways } from './recording.js';

/** Undefined where nobody could look. */
async function found(work: () => Promise<VouchedFinding>): Promise<VouchedFinding | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return undefined;
  }
}

type Look = (books: BookActivities, asked: { readonly run: AskingRun }) => Promise<VouchedFinding>;

/** In this order. Each finding is in the mission log before the next is made; all bad ones are one alarm. */
async function keepAll(type: BookType, input: ScheduledInput, checks: readonly (readonly [BookCheck, Look])[]): Promise<BookkeepingReport> {
  const identity = ownIdentity();
  if (!(await brain.isScheduled({ type, identity, input }))) return { findings: [], unrecorded: 'no Schedule of this vessel started it' };
  const books = proxyActivities<BookActivities>({
    taskQueue: queues.books(input.vessel),
    startToCloseTimeout: '6 hours',
    scheduleToCloseTimeout: '8 hours',
    heartbeatTimeout: '1 minute',
    retry: { initialInterval: '10 seconds', maximumInterval: '10 minutes', maximumAttempts: bookAttemptsMax },
  });
  const { workflowId, firstRunId } = identity;
  const asked = { run: { workflowId, firstRunId } };
  const findings: BookkeepingReport['findings'][number][] = [];
  for (const [check, look] of checks) {
    const answer = await found(() => look(books, asked));
    const recorded = await recordAlways(() => brain.recordFinding({ identity, input, check, ...(answer && { found: answer }) }));
    if (recorded.kind === 'refused') return { findings, unrecorded: recorded.why };
    findings.push({ check, ok: recorded.ok, summary: recorded.summary });
  }
  if (findings.some(({ ok }) => !ok)) await recordAlways(() => brain.raiseAlarm({ identity, input }));
  return { findings };
}

/**
 * Each night (spec L3, L4): closes and removes files of the audit trail, verifies it, compares it with the histories, and writes the report of
 * last month when there is none yet. Whoever reaches the server can start one, too: that one does nothing.
 */
export function bookkeepingWorkflow(input: ScheduledInput): Promise<BookkeepingReport> {
  return keepAll('bookkeeping', input, [
    ['upkeep', (books, asked) => books.keepBooks(asked)],
    ['verify', (books, asked) => books.verifyBooks(asked)],
    ['reconcile', (books, asked) => books.reconcileBooks(asked)],
    ['report', (books, asked) => books.reportBooks(asked)],
  ]);
}

/** Each night, where backups are configured (spec D3): makes one. Of a stranger's nothing is made either. */
export function backupWorkflow(input: ScheduledInput): Promise<BookkeepingReport> {
  return keepAll('backup', input, [['backup', (books, asked) => books.backUp(asked)]]);
}

/** Each morning: the figures of the day before, in the mission log and to people. Of a stranger's nothing is told. */
export function dailySummaryWorkflow(input: ScheduledInput): Promise<BookkeepingReport> {
  return keepAll('dailySummary', input, [['day', (books, asked) => books.giveAccountOfDay(asked)]]);
}

/** On Mondays. */
export function weeklyReviewWorkflow(input: ScheduledInput): Promise<BookkeepingReport> {
  return keepAll('weeklyReview', input, [['week', (books, asked) => books.giveAccountOfWeek(asked)]]);
}

/** On the first of each month (charter: monthly constitutional audits). */
export function constitutionalAuditWorkflow(input: ScheduledInput): Promise<BookkeepingReport> {
  return keepAll('constitutionalAudit', input, [['month', (books, asked) => books.giveAccountOfMonth(asked)]]);
}

/** On the first of January. */
export function yearlyReviewWorkflow(input: ScheduledInput): Promise<BookkeepingReport> {
  return keepAll('yearlyReview', input, [['year', (books, asked) => books.giveAccountOfYear(asked)]]);
}
