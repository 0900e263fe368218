import type { LogVerdict } from '../../adapters/audit/contract/verdict.js';
import type { Upkeep } from '../../adapters/audit/write/keep-trail.js';
import type { BookActivities, BookFinding } from '../../contract/bookkeeping.js';
import type { ReconcileVerdict } from '../../domain/reconcile/totals.js';
import { withHeartbeat } from '../shared/heartbeat.js';
import type { WrittenReport } from './findings.js';
import { alarmSummary, reconcileFinding, reportFinding, upkeepFinding, verifyFinding } from './findings.js';

export interface BookDependencies {
  readonly keep: () => Promise<Upkeep>;
  readonly verify: () => Promise<readonly LogVerdict[]>;
  /** Ends at the signal. */
  readonly reconcile: (signal: AbortSignal) => Promise<ReconcileVerdict>;
  readonly report: (month: string) => Promise<WrittenReport>;
  readonly alarm: (alarm: { readonly id: string; readonly summary: string; readonly findings: readonly BookFinding[] }) => Promise<void>;
}

/** One at a time, with heartbeats: all of them read whole logs. */
export function createBookActivities({ keep, verify, reconcile, report, alarm }: BookDependencies): BookActivities {
  return {
    keepBooks: () => withHeartbeat(async () => upkeepFinding(await keep())),
    verifyBooks: () => withHeartbeat(async () => verifyFinding(await verify())),
    reconcileBooks: () => withHeartbeat(async ({ signal }) => reconcileFinding(await reconcile(signal))),
    reportBooks: ({ month }) => withHeartbeat(async () => reportFinding(await report(month))),
    raiseAlarm: ({ id, findings }) => alarm({ id, summary: alarmSummary(findings), findings }),
  };
}
