import type { FSWatcher } from 'node:fs';
import { existsSync, watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Notification } from '../../domain/trail/notification.js';
import { toNotification } from '../../domain/trail/notification.js';
import type { AuditRecord } from '../../domain/trail/records.js';
import { makeFolder, replaceFile } from '../files/durable.js';
import type { ApprovalQueueFile } from './approval-queue-file.js';
import { openApprovalQueue } from './approval-queue-file.js';
import type { Notifier } from './script-notifier.js';

/** The records of the proposals log as whoever knows its files shows them. The cursor is theirs; here it is only kept, as JSON. */
export interface FollowedRecords<Cursor> {
  parse(kept: string): Cursor;
  readOn(cursor: Cursor): Promise<{
    readonly records: readonly { readonly record: AuditRecord; readonly end: Cursor }[];
    readonly cursor: Cursor;
    readonly goesOn: boolean;
  }>;
  readUntil(cursor: Cursor, take: (records: readonly AuditRecord[]) => Promise<void>): Promise<void>;
}

export interface FollowerSettings<Cursor> {
  readonly records: FollowedRecords<Cursor>;
  /** Where to look for changes. */
  readonly proposalsFile: string;
  readonly cursorFile: string;
  readonly approvalQueueFile: string;
  readonly notify?: Notifier | undefined;
  readonly pollMilliseconds?: number;
  readonly queueBytesMax?: number;
  readonly onError: (error: unknown) => void;
  /** A look at the trail went well: all is told that is there. */
  readonly onLooked?: () => void;
}

const writing = { mode: 0o640 };

/** Empty where there is none yet. One that cannot be read is trouble: to begin anew would tell people everything again. */
async function readCursor(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

async function write(file: string, content: string): Promise<void> {
  if (!existsSync(dirname(file))) await makeFolder(dirname(file), 0o700);
  await replaceFile(file, content, writing);
}

/** The queue is a projection: removed by the seed's procedure or by hand, it is made again from the trail, and nobody is told twice. */
async function remakeQueue<Cursor>(
  { records }: FollowerSettings<Cursor>,
  queue: ApprovalQueueFile,
  { upTo, isClosed }: { readonly upTo: Cursor; readonly isClosed: () => boolean },
): Promise<void> {
  const toldOf = (read: readonly AuditRecord[]): Notification[] => read.flatMap((record) => toNotification(record) ?? []);
  await queue.remake((take) =>
    records.readUntil(upTo, async (read) => {
      if (isClosed()) throw new ClosedError();
      await take(toldOf(read));
    }),
  );
}

/** A busy trail gets a line every few milliseconds: those of one moment are told together. */
const gatherMilliseconds = 50;

/** It was told to end while it made the queue again: the next start does. */
class ClosedError extends Error {}

/** A look that failed may have taken long: the next one waits twice as long as the one before, up to this. */
const waitMillisecondsMax = 60_000;

type Looking = Pick<FollowerSettings<unknown>, 'proposalsFile' | 'pollMilliseconds' | 'onError' | 'onLooked'>;

/** Looks at once, at every change of the file, and now and then all the same: changes can be missed. */
function keepLooking(look: () => Promise<void>, { proposalsFile, pollMilliseconds = 1_000, onError, onLooked }: Looking) {
  let closed = false;
  let changed = false;
  let wake = () => undefined as void;
  let failures = 0;
  const attempt = async () => {
    try {
      await look();
      failures = 0;
      onLooked?.();
    } catch (error) {
      if (error instanceof ClosedError) return;
      failures += 1;
      onError(error);
    }
  };
  let watcher: FSWatcher | undefined;
  const startWatching = async () => {
    const folder = dirname(proposalsFile);
    if (!existsSync(folder)) await makeFolder(folder, 0o700);
    watcher = watch(folder, (_event, name) => {
      // Its own files and the other logs lie there too.
      if (name !== null && name !== basename(proposalsFile)) return;
      changed = true;
      wake();
    });
    watcher.on('error', onError);
  };
  const loop = async () => {
    // Where the kernel watches no more files, looking now and then is enough.
    await startWatching().catch(onError);
    while (!closed) {
      changed = false;
      await attempt();
      await pause(gatherMilliseconds);
      if (changed && failures === 0) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(waitMillisecondsMax, pollMilliseconds * 2 ** failures));
        wake = () => {
          // A trail that changes does not mend what failed.
          if (failures > 0 && !closed) return;
          clearTimeout(timer);
          resolve();
        };
        if (closed) wake();
      });
    }
    watcher?.close();
  };
  const ended = loop().catch(onError);
  return {
    isClosed: () => closed,
    close: async () => {
      closed = true;
      wake();
      await ended;
    },
  };
}

/**
 * Follows the trail with a cursor of its own: appends one line per event to the approval queue and tells people. No workflow ever waits for
 * it. A crash repeats what was told since the cursor was last saved, with the same `event_id`s.
 */
export function followTrail<Cursor>(settings: FollowerSettings<Cursor>): { close(): Promise<void> } {
  const { records, cursorFile, notify } = settings;
  const queue = openApprovalQueue(settings.approvalQueueFile, settings.queueBytesMax);
  let cursor: Cursor | undefined;
  const look = async () => {
    cursor ??= records.parse(await readCursor(cursorFile));
    if (!(await queue.isThere())) await remakeQueue(settings, queue, { upTo: cursor, isClosed: looking.isClosed });
    for (let goesOn = true; goesOn && !looking.isClosed();) {
      const read = await records.readOn(cursor);
      const before: Cursor = cursor;
      try {
        for (const { record, end } of read.records) {
          const notification = toNotification(record);
          if (notification === undefined) continue;
          await queue.append(notification);
          await notify?.(notification);
          // Told is told: a failure at the next one must not tell it again.
          cursor = end;
        }
        cursor = read.cursor;
      } finally {
        if (JSON.stringify(cursor) !== JSON.stringify(before)) {
          await queue.settle();
          await write(cursorFile, JSON.stringify(cursor));
        }
      }
      goesOn = read.goesOn;
    }
  };
  const looking = keepLooking(look, settings);
  return { close: looking.close };
}
