import type { BookActivities, BookVerdict } from '../../contract/bookkeeping.js';
import { withHeartbeat } from '../shared/heartbeat.js';

/** What is wired together by the worker: each looks at one thing and says what it found. */
export interface BookDependencies {
  readonly keep: () => Promise<BookVerdict<'upkeep'>>;
  readonly verify: () => Promise<BookVerdict<'verify'>>;
  /** Ends at the signal. */
  readonly reconcile: (signal: AbortSignal) => Promise<BookVerdict<'reconcile'>>;
  readonly report: (month: string) => Promise<BookVerdict<'report'>>;
  readonly alarm: (id: string, verdicts: readonly BookVerdict[]) => Promise<void>;
}

/** One at a time, with heartbeats: all of them read whole logs. */
export function createBookActivities({ keep, verify, reconcile, report, alarm }: BookDependencies): BookActivities {
  return {
    keepBooks: () => withHeartbeat(keep),
    verifyBooks: () => withHeartbeat(verify),
    reconcileBooks: () => withHeartbeat(({ signal }) => reconcile(signal)),
    reportBooks: ({ month }) => withHeartbeat(() => report(month)),
    raiseAlarm: ({ id, verdicts }) => alarm(id, verdicts),
  };
}
