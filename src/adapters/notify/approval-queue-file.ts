import { appendFile, rename, stat } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Notification } from '../../domain/trail/notification.js';
import { growFile, makeFolder, syncFile, syncFolder } from '../files/durable.js';

/** Larger than this, and the file makes way for a new one: a reader of what waits now needs no more than the newest. */
const bytesMaxDefault = 32 * 1_048_576;

const writing = { mode: 0o640 };

const linesOf = (notifications: readonly Notification[]) => notifications.map((each) => `${JSON.stringify(each)}\n`).join('');

/** Where the lines before those of the queue lie; those before them are in the trail. */
export const previousQueue = (file: string): string => `${file.replace(/\.jsonl$/, '')}.1.jsonl`;

/** One line for each event of a waiting proposal, of which the newest are kept (spec A7). A projection: removed, it is made again from the trail. */
export interface ApprovalQueueFile {
  isThere(): Promise<boolean>;
  append(notification: Notification): Promise<void>;
  /** What was appended lasts; a file that has become large makes way. Where it was removed just now, there is nothing to keep. */
  settle(): Promise<void>;
  /** Made of what comes part by part, and in its place only when all of it is there. */
  remake(feed: (take: (part: readonly Notification[]) => void | Promise<void>) => Promise<void>): Promise<void>;
}

export function openApprovalQueue(file: string, bytesMax: number = bytesMaxDefault): ApprovalQueueFile {
  const folder = dirname(file);
  const sizeNow = async () => {
    try {
      return (await stat(file)).size;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      return undefined;
    }
  };
  const ensureFolder = async () => {
    if (!existsSync(folder)) await makeFolder(folder, 0o700);
  };
  return {
    isThere: async () => (await sizeNow()) !== undefined,
    append: (notification) => appendFile(file, linesOf([notification]), writing),
    async settle() {
      const size = await sizeNow();
      if (size === undefined) return;
      await syncFile(file);
      if (size <= bytesMax) return;
      await rename(file, previousQueue(file));
      // Empty, and not missing: that would mean that somebody removed it.
      await appendFile(file, '', writing);
      await syncFolder(folder);
    },
    async remake(feed) {
      await ensureFolder();
      let [growing, bytes] = [growFile(folder, writing), 0];
      try {
        await feed(async (part) => {
          const text = linesOf(part);
          growing.put(text);
          bytes += Buffer.byteLength(text);
          if (bytes <= bytesMax) return;
          await growing.keepAs(previousQueue(file));
          [growing, bytes] = [growFile(folder, writing), 0];
        });
        await growing.keepAs(file);
      } finally {
        growing.discard();
      }
    },
  };
}
