import { ActivityFailure, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { BookActivities, BookCheck, BookkeepingReport, BookFinding } from '../contract/bookkeeping.js';
import { queues } from '../contract/names.js';
import { brain, recordAlways } from './recording.js';

export interface BookkeepingInput {
  readonly vessel: string;
}

/** The month before the one of this moment, in UTC as the records have it. */
function lastMonth(now: Date): string {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1)).toISOString().slice(0, 7);
}

/** What could not be looked at is a bad finding: it is recorded and told like any other. */
async function found(check: BookCheck, work: () => Promise<BookFinding>): Promise<BookFinding> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    const why = (error.cause?.message ?? error.message).slice(0, 400);
    return { check, ok: false, summary: `could not be done: ${why}`, data: {} };
  }
}

/**
 * Each night (spec L3, L4): closes and removes files of the audit trail, verifies it, compares it with the histories, and writes the report of
 * last month when there is none yet. Each finding is in the mission log before the next is made; all bad ones are one alarm.
 */
export async function bookkeepingWorkflow({ vessel }: BookkeepingInput): Promise<BookkeepingReport> {
  const books = proxyActivities<BookActivities>({
    taskQueue: queues.books(vessel),
    startToCloseTimeout: '6 hours',
    scheduleToCloseTimeout: '8 hours',
    heartbeatTimeout: '1 minute',
    retry: { initialInterval: '10 seconds', maximumInterval: '10 minutes', maximumAttempts: 5 },
  });
  const month = lastMonth(new Date(Date.now()));
  const checks: readonly (readonly [BookCheck, () => Promise<BookFinding>])[] = [
    ['upkeep', () => books.keepBooks()],
    ['verify', () => books.verifyBooks()],
    ['reconcile', () => books.reconcileBooks()],
    ['report', () => books.reportBooks({ month })],
  ];
  // Stays through a reset, so that what was recorded is not recorded twice.
  const id = `bookkeeping/${workflowInfo().firstExecutionRunId}`;
  const findings: BookFinding[] = [];
  for (const [check, work] of checks) {
    const finding = await found(check, work);
    findings.push(finding);
    await recordAlways(() => brain.recordFinding({ id: `${id}/${check}`, finding }));
  }
  const bad = findings.filter(({ ok }) => !ok);
  if (bad.length > 0) await books.raiseAlarm({ id, findings: bad });
  return { findings: findings.map(({ check, ok, summary }) => ({ check, ok, summary })) };
}
