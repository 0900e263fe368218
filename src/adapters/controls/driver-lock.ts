import { closeSync, constants, fstatSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { tryLock } from 'fs-native-extensions';
import { makeFolders } from '../files/make-folders.js';

/** Which of the workers of a host drives its controls: one at a time. The others follow what it publishes. */
export interface DriverLock {
  /** Whether it is this one; where nobody is, it becomes this one. Asked at every tick. Throws where the file cannot be used. */
  isOurs(): boolean;
  close(): void;
}

/** A lock of the kernel: a worker that is killed has let go of it. One whose file was removed or replaced has lost it. */
export function openDriverLock(file: string): DriverLock {
  let held: number | undefined;
  const close = () => {
    if (held !== undefined) closeSync(held);
    held = undefined;
  };
  const isStillThere = (fd: number) => {
    const [byName, ours] = [statSync(file, { throwIfNoEntry: false }), fstatSync(fd)];
    return byName?.ino === ours.ino && byName.dev === ours.dev;
  };
  return {
    isOurs: () => {
      if (held !== undefined && isStillThere(held)) return true;
      close();
      makeFolders(dirname(file), 0o755);
      const fd = openSync(file, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
      // Between the opening and the lock it may have been replaced: the next tick tells.
      if (tryLock(fd)) held = fd;
      else closeSync(fd);
      return held !== undefined;
    },
    close,
  };
}
