import { readFileSync } from 'node:fs';
import { findCpuQuota } from '../../adapters/host/readings/cpu-quota.js';
import type { CgroupPlace } from '../../adapters/host/readings/memory.js';
import { cgroupMounts, ownCgroup } from '../../adapters/sandbox/tiers/cgroup-files.js';

/** The cgroup of one controller that this process is in; of `''` that of version 2. Undefined where it is not to be seen. */
function placeOf(controller: string): CgroupPlace | undefined {
  try {
    const [mountinfo, cgroups] = [readFileSync('/proc/self/mountinfo', 'utf8'), readFileSync('/proc/self/cgroup', 'utf8')];
    const folder = ownCgroup(controller, mountinfo, cgroups);
    const root = cgroupMounts(mountinfo).find(({ at }) => folder?.startsWith(at))?.at;
    return folder === undefined || root === undefined ? undefined : { folder, root };
  } catch {
    return undefined;
  }
}

/** Of version 1, else of version 2. */
export const ownMemoryCgroup = (): CgroupPlace | undefined => placeOf('memory') ?? placeOf('');

/**
 * How many processors this worker and all its actions may use together, looked up anew every so often: whoever runs the host may give more or less at any
 * time, and a worker may be moved. Undefined where nobody holds them. Leaves of actions lie below, or beside this process below what holds both.
 */
export function createOwnCpuQuota(everyMilliseconds: number, monotonic: () => number): () => number | undefined {
  let last: { readonly at: number; readonly processors: number | undefined } | undefined;
  return () => {
    const at = monotonic();
    if (last === undefined || at - last.at >= everyMilliseconds)
      last = { at, processors: findCpuQuota([placeOf('cpu'), placeOf('')].flatMap((place) => place ?? [])) };
    return last.processors;
  };
}
