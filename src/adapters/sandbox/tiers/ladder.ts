import { spawnSync } from 'node:child_process';
import { charterLimits } from '../../../domain/action/limits.js';
import type { TierName } from '../../../domain/action/tier.js';
import type { Account } from '../profile/account.js';
import { removeStaleLeaves } from './cgroup-files.js';
import { cgroupV1Tier, findV1Parents } from './cgroup-v1.js';
import type { Delegated } from './cgroup-v2.js';
import { cgroupV2Tier, delegatedCgroup, takeOver } from './cgroup-v2.js';
import { rlimitTier } from './rlimit.js';
import type { Tier } from './tier.js';
import { enterUserScope, isWorkerScope, userScopeTier } from './user-scope.js';

/** The tier that this machine lets the worker use, and why not a better one. */
export interface Found {
  readonly tier: Tier;
  /** Folders that leaves are made in: what a dead worker left there is removed at the start. */
  readonly parents: readonly string[];
  readonly notBetter: readonly string[];
}

const wordsOf = (error: unknown) => (error instanceof Error ? error.message.trim() : String(error));

/** Makes a leaf, runs something harmless in it, sees it counted, removes it. The reason where any of that fails. */
export async function problemOf(tier: Tier, account: Account): Promise<string | undefined> {
  try {
    const leaf = tier.enter({ limits: charterLimits, account, workspaceDevice: 0 });
    try {
      const [program, ...args] = [...leaf.prefix, '/usr/bin/true'];
      const { uid, gid } = leaf.startAs ?? {};
      const as = uid === undefined ? {} : { uid, gid };
      const { status, stderr, error } = spawnSync(program, args, { cwd: '/', env: {}, encoding: 'utf8', timeout: 5_000, ...as });
      if (error !== undefined) return error.message;
      if (status !== 0) return stderr.trim() || `it ended with ${status}`;
      const { cpuSeconds = 0, memoryMb = 0 } = leaf.usage(0);
      return cpuSeconds > 0 && memoryMb > 0 ? undefined : 'it counts nothing';
    } finally {
      leaf.kill();
      await leaf.close();
    }
  } catch (error) {
    return wordsOf(error);
  }
}

/** Hands the controllers of a delegated cgroup on, and sees whether that holds. */
async function tryDelegated(delegated: Delegated, tierIn: (parent: string) => Tier, account: Account): Promise<Found | string> {
  try {
    takeOver(delegated);
  } catch (error) {
    return wordsOf(error);
  }
  const tier = tierIn(delegated.parent);
  return (await problemOf(tier, account)) ?? { tier, parents: [delegated.parent], notBetter: [] };
}

async function tryV2(account: Account): Promise<Found | string> {
  const delegated = delegatedCgroup();
  if (delegated === undefined || isWorkerScope(delegated.parent)) return 'no delegated cgroup (Delegate=yes in the unit)';
  return tryDelegated(delegated, cgroupV2Tier, account);
}

async function tryUserScope(account: Account): Promise<Found | string> {
  const before = delegatedCgroup();
  try {
    // A worker that a worker started is there already.
    if (before === undefined || !isWorkerScope(before.parent)) await enterUserScope();
  } catch (error) {
    return wordsOf(error);
  }
  const delegated = delegatedCgroup();
  if (delegated === undefined) return "the user's systemd delegated nothing to the scope";
  return tryDelegated(delegated, userScopeTier, account);
}

async function tryV1(account: Account): Promise<Found | string> {
  const parents = findV1Parents();
  if (parents === undefined) return 'no writable memory, pids and cpuacct hierarchies';
  const tier = cgroupV1Tier(parents);
  const { memory, pids, time, cpu } = parents;
  const folders = new Set([memory, pids, time, ...(cpu === undefined ? [] : [cpu])]);
  return (await problemOf(tier, account)) ?? { tier, parents: [...folders], notBetter: [] };
}

/** Tries the ladder from above; a rung holds when something really ran on it. */
export async function findTier(account: Account): Promise<Found> {
  const notBetter: string[] = [];
  for (const [name, attempt] of [
    ['cgroup-v2', tryV2],
    ['user-scope', tryUserScope],
    ['cgroup-v1', tryV1],
  ] as const) {
    const found = await attempt(account);
    if (typeof found === 'string') {
      notBetter.push(`${name}: ${found}`);
      continue;
    }
    await removeStaleLeaves(found.parents);
    return { ...found, notBetter };
  }
  return { tier: rlimitTier, parents: [], notBetter };
}

/** One search per process and account: a worker moves itself at most once. */
const found = new Map<number, Promise<Found>>();

export function tierOfThisMachine(account: Account, only?: TierName): Promise<Found> {
  if (only === 'rlimit') return Promise.resolve({ tier: rlimitTier, parents: [], notBetter: [] });
  const known = found.get(account.uid);
  if (known !== undefined) return known;
  const search = findTier(account);
  found.set(account.uid, search);
  // A search that failed is made again for the next action: what was in its way may be gone.
  search.catch(() => found.delete(account.uid));
  return search;
}
