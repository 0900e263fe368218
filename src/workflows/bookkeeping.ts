import { ActivityFailure, proxyActivities } from '@temporalio/workflow';
import type { ScheduledInput } from '../contract/activities.js';
import type { BookActivities, BookCheck, BookkeepingReport, VouchedFinding } from '../contract/bookkeeping.js';
import { bookAttemptsMax } from '../contract/bookkeeping.js';
import { queues } from '../contract/names.js';
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

/**
 * Each night (spec L3, L4): closes and removes files of the audit trail, verifies it, compares it with the histories, and writes the report of
 * last month when there is none yet. Each finding is in the mission log before the next is made; all bad ones are one alarm. Whoever reaches
 * the server can start one, too: that one does nothing.
 */
export async function bookkeepingWorkflow(input: ScheduledInput): Promise<BookkeepingReport> {
  const identity = ownIdentity();
  if (!(await brain.isScheduled({ type: 'bookkeeping', identity, input })))
    return { findings: [], unrecorded: 'no Schedule of this vessel started it' };
  const books = proxyActivities<BookActivities>({
    taskQueue: queues.books(input.vessel),
    startToCloseTimeout: '6 hours',
    scheduleToCloseTimeout: '8 hours',
    heartbeatTimeout: '1 minute',
    retry: { initialInterval: '10 seconds', maximumInterval: '10 minutes', maximumAttempts: bookAttemptsMax },
  });
  const { workflowId, firstRunId } = identity;
  const asked = { run: { workflowId, firstRunId } };
  const checks: readonly (readonly [BookCheck, () => Promise<VouchedFinding>])[] = [
    ['upkeep', () => books.keepBooks(asked)],
    ['verify', () => books.verifyBooks(asked)],
    ['reconcile', () => books.reconcileBooks(asked)],
    ['report', () => books.reportBooks(asked)],
  ];
  const findings: BookkeepingReport['findings'][number][] = [];
  for (const [check, work] of checks) {
    const answer = await found(work);
    const recorded = await recordAlways(() => brain.recordFinding({ identity, input, check, ...(answer && { found: answer }) }));
    if (recorded.kind === 'refused') return { findings, unrecorded: recorded.why };
    findings.push({ check, ok: recorded.ok, summary: recorded.summary });
  }
  if (findings.some(({ ok }) => !ok)) await recordAlways(() => brain.raiseAlarm({ identity, input }));
  return { findings };
}
