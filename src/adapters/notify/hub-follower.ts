import { isWanted, toAlert } from '../../domain/trail/alert.js';
import type { Alert } from '../../domain/trail/alert.js';
import type { AlertKind } from '../../domain/trail/meanings/meaning.js';
import { toldAlert } from './alert.js';
import type { NotTaken, ReportToHub } from './comms-hub.js';
import type { FollowSettings } from './follow-records.js';
import { followRecords } from './follow-records.js';

/** For so long a hub may be away. What is older is of no use to it, the past of a vessel that has just been told of its hub least of all. */
const keptMilliseconds = 24 * 3_600_000;

export interface HubFollowerSettings<Cursor> extends Omit<FollowSettings<Cursor>, 'onError'> {
  readonly report: ReportToHub;
  readonly vesselName: string;
  readonly kinds: readonly AlertKind[];
  readonly now: () => Date;
  /** After each attempt; undefined: the hub took it. */
  readonly onReported: (failure: NotTaken | undefined, alert: Alert) => void;
  /** The log itself could not be read. */
  readonly onError: (error: unknown) => void;
}

/** Said by the log's follower to itself: it looks again, later and later. */
class AwayError extends Error {}

/**
 * Reports the alerts of the mission log to the hub, in order, with a cursor of its own: a hub that is away holds nobody back. One that does not answer
 * is tried again, later and later, for a day; one that refuses a report gets the next.
 */
export function followForHub<Cursor>(settings: HubFollowerSettings<Cursor>): { close(): Promise<void> } {
  const { report, vesselName, kinds, now, onReported, onError } = settings;
  const isRecent = ({ at }: Alert) => now().getTime() - at.getTime() <= keptMilliseconds;
  return followRecords(
    { ...settings, onError: (error) => (error instanceof AwayError ? undefined : onError(error)) },
    {
      take: async (record) => {
        const alert = toAlert(record);
        if (alert === undefined || !isWanted(alert, kinds) || !isRecent(alert)) return false;
        const failure = await report(toldAlert(alert, vesselName));
        onReported(failure, alert);
        if (failure !== undefined && !failure.isFinal) throw new AwayError(failure.why);
        return true;
      },
    },
  );
}
