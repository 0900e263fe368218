/**
 * The means that hold an action to its quotas, weakest first (spec X3). What each enforces, detects and misses, with measured overshoots, is
 * in docs/sandbox-tiers.md. Names are in results, records and policy.json: add, never rename.
 */
export const tierNames = ['rlimit', 'cgroup-v1', 'user-scope', 'cgroup-v2'] as const;

export type TierName = (typeof tierNames)[number];

/** Whether what was found is as strong as what is demanded. */
export function isAtLeast(found: TierName, demanded: TierName): boolean {
  return tierNames.indexOf(found) >= tierNames.indexOf(demanded);
}
