import { constants, fstatSync, statSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { tryLock, unlock, waitForLock } from 'fs-native-extensions';
import { makeFolder } from '../../files/durable.js';

/**
 * An open-file-description lock: a stalled event loop loses nothing, and a killed process leaves nothing behind. Waiting blocks no event
 * loop. Excludes other processes only; who holds it must not ask for it again.
 */
export interface FileLock {
  /** `fd` is that of the lock file: who holds the lock may leave a note in it. */
  run<T>(work: (fd: number) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** The descriptor stays open from one use to the next; a lock file that was removed or replaced is opened anew, as others open it. */
export function createFileLock(path: string): FileLock {
  let handle: FileHandle | undefined;
  const close = async () => {
    const held = handle;
    handle = undefined;
    await held?.close();
  };
  const isOurs = ({ fd }: FileHandle) => {
    const [byName, byHandle] = [statSync(path, { throwIfNoEntry: false }), fstatSync(fd)];
    return byName?.ino === byHandle.ino && byName.dev === byHandle.dev;
  };
  const acquire = async (): Promise<FileHandle> => {
    for (;;) {
      if (handle === undefined) {
        await makeFolder(dirname(path), 0o700);
        handle = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o640);
      }
      if (!tryLock(handle.fd)) await waitForLock(handle.fd);
      if (isOurs(handle)) return handle;
      await close();
    }
  };
  return {
    async run(work) {
      const { fd } = await acquire();
      try {
        return await work(fd);
      } finally {
        unlock(fd);
      }
    },
    close,
  };
}
