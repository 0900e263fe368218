import type { FSWatcher } from 'node:fs';
import { watch } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

/** Of statfs(2): ext, XFS, Btrfs, tmpfs, overlay, F2FS, ZFS. What other hosts write to changes without this kernel hearing of it. */
const localTypes = new Set([0xef53, 0x58465342, 0x9123683e, 0x01021994, 0x794c7630, 0xf2f52010, 0x2fc12fc1]);

export interface SwitchWatch {
  /** Whether the kernel tells of every change; false until that is known, and where it cannot be relied on. */
  readonly isTold: boolean;
  close(): void;
}

/**
 * Calls `changed` as soon as something happens to the file, or to its folder. Asked once, and never waited for: a mount whose server is gone does not
 * answer. Whoever moves the folder away later is found out by looking.
 */
export function watchSwitch(file: string, changed: () => void): SwitchWatch {
  const folder = dirname(file);
  let watcher: FSWatcher | undefined;
  let isClosed = false;
  const lose = () => {
    watcher?.close();
    watcher = undefined;
  };
  const begin = async () => {
    const { type } = await statfs(folder);
    if (isClosed || !localTypes.has(type)) return;
    watcher = watch(folder, { persistent: false }, (_event, name) => {
      if (name === null || name === basename(file)) changed();
    });
    watcher.on('error', lose);
    // What came before the watch.
    changed();
  };
  begin().catch(lose);
  return {
    get isTold() {
      return watcher !== undefined;
    },
    close: () => {
      isClosed = true;
      lose();
    },
  };
}
