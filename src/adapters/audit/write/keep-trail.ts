import type { LogName } from '../../../domain/trail/logs.js';
import { logNames } from '../../../domain/trail/logs.js';
import type { RotationLimits } from './chained-log.js';
import type { KeptTrail } from './create-audit-trail.js';

export interface UpkeepSettings {
  readonly trail: KeptTrail;
  /** When a file is closed; without limits every file that holds anything. */
  readonly rotation: RotationLimits;
  /** Days that a log is kept; undefined: for ever. The mission log always is. */
  readonly retentionDays: Readonly<Partial<Record<Exclude<LogName, 'mission_log'>, number | undefined>>>;
  readonly logs?: readonly LogName[];
  readonly now: Date;
}

/** What one round of upkeep did. */
export interface Upkeep {
  readonly rotated: readonly { readonly log: LogName; readonly closed: string }[];
  readonly pruned: readonly { readonly log: LogName; readonly segment: string; readonly firstSeq: number; readonly lastSeq: number }[];
  /** Old files that stay because something about them does not hold. */
  readonly kept: readonly { readonly log: LogName; readonly why: string }[];
}

const dayMilliseconds = 86_400_000;

/**
 * Closes the files that are due, and removes what retention does not keep (spec L4). May be repeated at any time: what was done is not done
 * again. Throws AUDIT_UNAVAILABLE where a log cannot be written; what was done until then stays done.
 */
export async function keepTrail({ trail, rotation, retentionDays, logs = logNames, now }: UpkeepSettings): Promise<Upkeep> {
  const rotated: { log: LogName; closed: string }[] = [];
  const pruned: { log: LogName; segment: string; firstSeq: number; lastSeq: number }[] = [];
  const kept: { log: LogName; why: string }[] = [];
  for (const log of logs) {
    const { closed } = await trail.rotate(log, rotation);
    if (closed !== undefined) rotated.push({ log, closed });
    const days = log === 'mission_log' ? undefined : retentionDays[log];
    if (log === 'mission_log' || days === undefined) continue;
    const result = await trail.prune(log, new Date(now.getTime() - days * dayMilliseconds));
    for (const each of result.removed) pruned.push({ log, ...each });
    if (result.kept !== undefined) kept.push({ log, why: result.kept });
  }
  return { rotated, pruned, kept };
}
