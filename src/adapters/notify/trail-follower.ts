import type { Notification } from '../../domain/trail/notification.js';
import { toNotification } from '../../domain/trail/notification.js';
import type { AuditRecord } from '../../domain/trail/records.js';
import type { ApprovalQueueFile } from './approval-queue-file.js';
import { openApprovalQueue } from './approval-queue-file.js';
import type { FollowedRecords, FollowSettings } from './follow-records.js';
import { ClosedError, followRecords } from './follow-records.js';
import type { Notifier } from './script-notifier.js';

export interface FollowerSettings<Cursor> extends FollowSettings<Cursor> {
  /** Undefined where somebody else keeps it. */
  readonly approvalQueueFile?: string | undefined;
  readonly notify?: Notifier | undefined;
  readonly queueBytesMax?: number;
}

interface Remaking<Cursor> {
  readonly upTo: Cursor;
  readonly isClosed: () => boolean;
}

/** The queue is a projection: removed by the seed's procedure or by hand, it is made again from the trail, and nobody is told twice. */
async function remakeQueue<Cursor>(
  records: FollowedRecords<Cursor>,
  queue: ApprovalQueueFile,
  { upTo, isClosed }: Remaking<Cursor>,
): Promise<void> {
  const toldOf = (read: readonly AuditRecord[]): Notification[] => read.flatMap((record) => toNotification(record) ?? []);
  await queue.remake((take) =>
    records.readUntil(upTo, async (read) => {
      if (isClosed()) throw new ClosedError();
      await take(toldOf(read));
    }),
  );
}

/**
 * Follows the proposals with a cursor of its own: appends one line per event to the approval queue, where it keeps one, and tells people. No workflow ever waits for
 * it. A crash repeats what was told since the cursor was last saved, with the same `event_id`s.
 */
export function followTrail<Cursor>(settings: FollowerSettings<Cursor>): { close(): Promise<void> } {
  const { records, notify, approvalQueueFile, queueBytesMax } = settings;
  const queue = approvalQueueFile === undefined ? undefined : openApprovalQueue(approvalQueueFile, queueBytesMax);
  return followRecords(settings, {
    prepare: async (upTo, isClosed) => {
      if (queue !== undefined && !(await queue.isThere())) await remakeQueue(records, queue, { upTo, isClosed });
    },
    take: async (record) => {
      const notification = toNotification(record);
      if (notification === undefined) return false;
      await queue?.append(notification);
      await notify?.(notification);
      return true;
    },
    settle: async () => queue?.settle(),
  });
}
