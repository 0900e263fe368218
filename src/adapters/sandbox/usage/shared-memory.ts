import { readFileSync, readdirSync, readlinkSync, statSync, statfsSync } from 'node:fs';

const mebibyte = 1_048_576;
const blockBytes = 512;
/** What tmpfs itself reckons for a file beside its content (BOGO_INODE_SIZE): a million empty ones are a gigabyte of the kernel's memory. */
const inodeBytes = 1_024;
/** TMPFS_MAGIC of statfs(2). */
const tmpfsMagic = 0x01021994;
/** Looked at in one sample, over all processes: a bound on the time that it takes. */
const descriptorsMax = 2_048;

/** Memory that belongs to no process, and disk space that belongs to no name: what is kept by a descriptor or a mount alone. */
export interface HiddenUsage {
  /** memfd, and what is in `scratchMb`. */
  readonly memoryMb: number;
  /** Files in the sandbox's own /tmp and /dev/shm. */
  readonly scratchMb: number;
  /** Unlinked files of the workspace's file system that are still open. */
  readonly unlinkedMb: number;
}

/** The sandbox's own /tmp and /dev/shm. While it is set up they are the host's: told apart by their device. */
function scratchUsedBytes(pid: number): number {
  let used = 0;
  for (const path of ['/tmp', '/dev/shm']) {
    try {
      const inside = `/proc/${pid}/root${path}`;
      const { type, blocks, bfree, bsize, files, ffree } = statfsSync(inside);
      if (type === tmpfsMagic && statSync(inside).dev !== statSync(path, { throwIfNoEntry: false })?.dev)
        used += (blocks - bfree) * bsize + (files - ffree) * inodeBytes;
    } catch {
      // Gone, or not set up yet.
    }
  }
  return used;
}

function descriptorsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((descriptor) => `/proc/${pid}/fd/${descriptor}`);
  } catch {
    return [];
  }
}

/** Files without a name that processes hold open. The links of /proc lead to the open file itself, wherever a name would lead. */
export function hiddenUsage(pids: readonly number[], workspaceDevice: number): HiddenUsage {
  const seen = new Set<string>();
  let looks = descriptorsMax;
  const scratch = scratchUsedBytes(pids.at(-1) ?? 0);
  let [memory, unlinked] = [scratch, 0];
  for (const path of pids.flatMap(descriptorsOf)) {
    looks -= 1;
    if (looks < 0) break;
    try {
      const { dev, ino, nlink, blocks } = statSync(path);
      const key = `${dev}:${ino}`;
      if (nlink !== 0 || blocks === 0 || seen.has(key)) continue;
      seen.add(key);
      if (dev === workspaceDevice) unlinked += blocks * blockBytes;
      else if (readlinkSync(path).startsWith('/memfd:')) memory += blocks * blockBytes;
    } catch {
      // Closed between two looks.
    }
  }
  return { memoryMb: memory / mebibyte, scratchMb: scratch / mebibyte, unlinkedMb: unlinked / mebibyte };
}

/** Shared memory of the whole host, in MiB: its growth is the sign to look for what belongs to no process. */
export function hostSharedMb(): number {
  return Number(/^Shmem:\s*(\d+)/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1] ?? 0) / 1_024;
}
