import { readdirSync } from 'node:fs';
import { isStillThere, killFirstProcess } from '../run/first-process.js';
import { killIn, leavesOf } from '../tiers/cgroup-files.js';
import { parseStat, readProc } from '../usage/process-tree.js';
import type { SandboxProcess } from './sandbox-processes.js';
import { sandboxesBelow } from './sandbox-processes.js';

/** Where the sandboxes of one worker lie, or lay. */
export interface Place {
  readonly workspaces: string;
  /** Accounts that they run under. */
  readonly uids: readonly number[];
  /** Folders that hold a cgroup for each, on the tiers that have such. */
  readonly cgroups: readonly string[];
  /** The worker: its cgroups bear its number. */
  readonly pid: number;
  readonly startTicks: string;
  /** Workspaces whose sandboxes are left alone. */
  readonly spared: readonly string[];
}

/**
 * A bwrap that is killed before it has told its child who it is leaves one that waits for that for ever, in no workspace yet. Both are still in the
 * group that the worker made for them; a number that is no leader's any more is left alone.
 */
function killWithGroup({ pid, startTicks, isInside }: SandboxProcess): void {
  const stat = isInside ? '' : readProc(pid, 'stat');
  const now = parseStat(stat);
  if (now.startTicks === startTicks && now.group === pid) {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It ended in between.
    }
  }
  killFirstProcess({ pid, startTicks });
}

function leavesIn(parent: string, { pid, startTicks }: Place): string[] {
  try {
    return readdirSync(parent)
      .filter(leavesOf(pid, startTicks))
      .map((name) => `${parent}/${name}`);
  } catch {
    return [];
  }
}

/**
 * What has not become bwrap yet is in its cgroup already. Whoever spares something spares its cgroups: they do not say whose they are. What is spared
 * is told before its cgroup is made, so it is asked for after these have been listed.
 */
function killLeaves(look: () => readonly Place[]): void {
  const listed = look().map((place) => ({ place, leaves: place.cgroups.flatMap((parent) => leavesIn(parent, place)) }));
  const sparing = new Set(look().flatMap(({ pid, spared }) => (spared.length > 0 ? [pid] : [])));
  for (const { place, leaves } of listed) if (!sparing.has(place.pid)) for (const leaf of leaves) killIn(leaf);
}

/** Sandboxes are known by what only their first process or their starter can have; two workers may have the same folder. */
async function sandboxesOf(places: readonly Place[]): Promise<SandboxProcess[]> {
  const roots = new Map<string, Set<number>>();
  for (const { workspaces, uids } of places) roots.set(workspaces, new Set([...(roots.get(workspaces) ?? []), ...uids]));
  const found = [];
  for (const [root, uids] of roots) found.push(...(await sandboxesBelow(root, [...uids])));
  return found;
}

/** Ends sandboxes, and knows which of them it has seen. */
export interface Ender {
  /**
   * One look over the host: SIGKILL for every sandbox of these places, with all that it has started, however that hides. Resolves with the workspaces
   * in which anything was alive, or still is. What starts meanwhile is found by the next look.
   */
  end(look: () => readonly Place[]): Promise<readonly string[]>;
  /** The same for what outlived its worker: a bwrap without one, or the inside of a sandbox without its bwrap. */
  endOrphans(places: readonly Place[]): Promise<readonly string[]>;
}

export function createEnder(): Ender {
  /** What is dying shows no workspace any more, and is not gone before the last of its namespace is. */
  let dying: readonly SandboxProcess[] = [];
  const kill = (found: readonly SandboxProcess[]) => {
    for (const each of found) killWithGroup(each);
    dying = [...dying.filter(isStillThere), ...found];
    return [...new Set(dying.map(({ workspace }) => workspace))];
  };
  return {
    async end(look) {
      const found = await sandboxesOf(look());
      // Told before it was started, so before it was found.
      const spared = new Set(look().flatMap((place) => place.spared));
      const alive = found.filter((each) => !spared.has(each.workspace) && isStillThere(each));
      killLeaves(look);
      return kill(alive);
    },
    async endOrphans(places) {
      return kill((await sandboxesOf(places)).filter((each) => each.isStale && isStillThere(each)));
    },
  };
}
