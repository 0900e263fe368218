import { dirname } from 'node:path';
import type { CgroupPlace } from './memory.js';
import { procText } from './proc-text.js';

/** In processors. Version 2 says quota and period in one file, `max` for none; version 1 in two, -1 for none. */
function quotaIn(folder: string): number | undefined {
  const [, quota, period] = /^(\d+) (\d+)/.exec(procText(`${folder}/cpu.max`) ?? '') ?? [];
  const [v1Quota, v1Period] = [procText(`${folder}/cpu.cfs_quota_us`), procText(`${folder}/cpu.cfs_period_us`)].map(Number);
  const processors = quota === undefined ? (v1Quota ?? Number.NaN) / (v1Period ?? Number.NaN) : Number(quota) / Number(period);
  return Number.isFinite(processors) && processors > 0 ? processors : undefined;
}

/**
 * How many processors a cgroup and all below it may use together: the least that it or one above it was given, since each of them holds. Undefined
 * where none was given anything.
 */
export function findCpuQuota(places: readonly CgroupPlace[]): number | undefined {
  const found: number[] = [];
  for (const { folder, root } of places)
    for (let each = folder; each.length >= root.length && each !== '/'; each = dirname(each)) found.push(...[quotaIn(each) ?? []].flat());
  return found.length === 0 ? undefined : Math.min(...found);
}
