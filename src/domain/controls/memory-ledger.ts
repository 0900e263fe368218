import type { Pressure } from './pressure.js';
import type { MemoryReading } from './readings.js';
import { isKnown } from './readings.js';

/** Set aside for a rollback, which starts whatever the controls say. */
const rollbackReserveMb = 256;

/**
 * What the reservations of running actions may add up to, in MB: the bound, less what others hold and will hold in a second, less what a rollback
 * needs. A reservation is the memory limit of an action's sandbox, so it is a guarantee and not a guess: at each start foreign memory and
 * reservations together are at most the bound.
 */
export function memoryCeiling(
  memory: MemoryReading,
  { bound, foreignMb = memory.totalMb, foreignGrowthMb }: Pick<Pressure, 'bound' | 'foreignMb' | 'foreignGrowthMb'>,
): number {
  const ofHost = bound * memory.totalMb - foreignMb - foreignGrowthMb;
  const { cgroup, actionsMb } = memory;
  // Where Janus lives under a limit, its own anonymous memory counts against that too.
  const ofLimit =
    cgroup === undefined || !isKnown(cgroup.limitMb) || !isKnown(cgroup.anonymousMb)
      ? Infinity
      : bound * cgroup.limitMb - Math.max(0, cgroup.anonymousMb - (isKnown(actionsMb) ? actionsMb : 0));
  return Math.max(0, Math.floor(Math.min(ofHost, ofLimit) - rollbackReserveMb));
}
