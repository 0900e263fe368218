import { Context } from '@temporalio/activity';
import type { AuditTrail } from '../../adapters/audit/contract/audit-trail.js';
import type { LogVerdict } from '../../adapters/audit/contract/verdict.js';
import type { Upkeep } from '../../adapters/audit/write/keep-trail.js';
import type { BookActivities, BookCheck, BookFinding, VouchedFinding } from '../../contract/bookkeeping.js';
import { bookAttemptsMax } from '../../contract/bookkeeping.js';
import type { BackupOutcome } from '../../domain/backup/outcome.js';
import type { AskingRun } from '../../domain/approval/own-word.js';
import type { PeriodKind } from '../../domain/trail/reports/periods.js';
import type { ReconcileVerdict } from '../../domain/reconcile/totals.js';
import type { Stop } from '../shared/heartbeat.js';
import { settle } from './settling.js';
import { withHeartbeat } from '../shared/heartbeat.js';
import type { Speaking } from '../shared/own-word.js';
import { signFound } from '../shared/own-word.js';
import type { WrittenAccount, WrittenReport } from './findings.js';
import {
  accountFinding,
  backupFinding,
  notDoneFinding,
  reconcileFinding,
  reportFinding,
  upkeepFinding,
  verifyFinding,
} from './findings.js';

export interface BookDependencies {
  /** Signs what is found, for the brain to believe. */
  readonly own: Speaking;
  readonly now: () => Date;
  readonly trail: Pick<AuditTrail, 'append' | 'find'>;
  readonly keep: () => Promise<Upkeep>;
  readonly verify: () => Promise<readonly LogVerdict[]>;
  /** Ends at the signal. */
  readonly reconcile: (signal: AbortSignal) => Promise<ReconcileVerdict>;
  readonly report: (month: string) => Promise<WrittenReport>;
  readonly backUp: (signal: AbortSignal) => Promise<BackupOutcome>;
  /** Of the last one that is over. */
  readonly account: (kind: PeriodKind) => Promise<WrittenAccount>;
}

/** The month before the one of this moment, in UTC as the records have it. Nobody says which: a report of a month that goes on would be false. */
export function lastMonth(now: Date): string {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1)).toISOString().slice(0, 7);
}

/** One at a time, with heartbeats: all of them read whole logs. */
export function createBookActivities({
  own,
  now,
  trail,
  keep,
  verify,
  reconcile,
  report,
  backUp,
  account,
}: BookDependencies): BookActivities {
  const looked = async <Check extends BookCheck>(
    run: AskingRun,
    check: Check,
    look: (stop: Stop) => Promise<BookFinding<Check>>,
  ): Promise<VouchedFinding<Check>> => {
    const finding = await withHeartbeat(async (stop) => {
      try {
        return await look(stop);
      } catch (error) {
        // What cannot be looked at is a bad finding, once it has been tried often enough; a worker that stops has found nothing.
        if (stop.signal.aborted || Context.current().info.attempt < bookAttemptsMax) throw error;
        return notDoneFinding(check, error);
      }
    });
    return { finding, signature: signFound(own, run, finding) };
  };
  return {
    keepBooks: ({ run }) => looked(run, 'upkeep', async () => upkeepFinding(await keep())),
    verifyBooks: ({ run }) => looked(run, 'verify', async () => verifyFinding(await verify())),
    reconcileBooks: ({ run }) =>
      looked(run, 'reconcile', async ({ signal }) => {
        const verdict = await reconcile(signal);
        return reconcileFinding(verdict, await settle(trail, verdict.unsettled));
      }),
    reportBooks: ({ run }) => looked(run, 'report', async () => reportFinding(await report(lastMonth(now())))),
    giveAccountOfDay: ({ run }) => looked(run, 'day', async () => accountFinding('day', await account('day'))),
    giveAccountOfWeek: ({ run }) => looked(run, 'week', async () => accountFinding('week', await account('week'))),
    giveAccountOfMonth: ({ run }) => looked(run, 'month', async () => accountFinding('month', await account('month'))),
    giveAccountOfYear: ({ run }) => looked(run, 'year', async () => accountFinding('year', await account('year'))),
    backUp: ({ run }) => looked(run, 'backup', async ({ signal }) => backupFinding(await backUp(signal))),
  };
}
