import { JanusError } from '../../../domain/errors.js';
import type { Ending } from '../profile/quota.js';
import { overLimit } from '../profile/quota.js';
import type { SandboxRequest } from '../contract/sandbox.js';
import type { Leaf } from '../tiers/tier.js';
import type { Usage } from '../contract/usage.js';
import { largest, noUsage } from '../contract/usage.js';
import { countMemory } from '../usage/running-memory.js';
import type { FolderUsage } from '../usage/workspace-usage.js';
import { grownSince, quickUsage, scanFolder } from '../usage/workspace-usage.js';

/** Samples of all actions together take a twentieth of the worker's time at most, within these bounds. */
const sampleShare = 20;
const [sampleMillisecondsMin, sampleMillisecondsMax] = [20, 100];
let watched = 0;

const pauseAfter = (milliseconds: number) =>
  Math.min(sampleMillisecondsMax, watched * Math.max(sampleMillisecondsMin, sampleShare * milliseconds));

/** The workspace is measured by a program: a fifth of one processor at most. */
const scanShare = 4;
const scanMillisecondsMin = 200;

export interface Watch {
  /** What was measured so far. */
  usage(): Usage;
  /** No more samples. */
  stop(): void;
  /**
   * Once nothing of the action is left: what no sample could see, such as all that happened after the last one. `ending` where it cannot be
   * measured any more: what it left behind may be more than it was allowed.
   */
  last(): Promise<{ readonly usage: Usage; readonly ending?: Ending }>;
}

/** What lies in the workspace before the action starts: only what is added counts. */
export async function measureBefore(folder: string, bwrap: string): Promise<FolderUsage> {
  return quickUsage(folder) ?? scanFolder({ folder, bwrap, stopAt: Number.POSITIVE_INFINITY });
}

/** What cannot be measured any more is neither left to grow nor taken for small. */
const unmeasured = (reason: Ending['reason'], error: unknown): Ending => ({
  reason,
  note: error instanceof JanusError ? error.message : `what it uses cannot be measured: ${String(error)}`,
});

export interface Watched {
  /** Of the first process: bwrap, outside. */
  readonly pid: number;
  readonly bwrap: string;
  readonly leaf: Leaf;
  readonly request: SandboxRequest;
  readonly before: FolderUsage;
  /** For one scan; for tests. */
  readonly scanMilliseconds?: number;
}

/** Measures a running action until it is stopped; `end` is called once a quota is used up, perhaps more than once. */
export function watchAction({ pid, bwrap, leaf, request, before, scanMilliseconds }: Watched, end: (ending: Ending) => void): Watch {
  const { limits, workspace } = request;
  const stopAt = before.inodes + limits.inodes;
  const whole = { folder: workspace, bwrap, stopAt, ...(scanMilliseconds !== undefined && { milliseconds: scanMilliseconds }) };
  let usage = noUsage;
  let added = grownSince(before, before);
  let endScan: (() => void) | undefined;
  let stopped = false;
  const note = (found: Partial<Usage>) => {
    // Files that were unlinked and are still open take their space, too.
    const { grownMb: unlinkedMb = 0 } = found;
    const own = { inodes: added.inodes, grownMb: unlinkedMb + added.grownMb, heldMb: unlinkedMb + added.heldMb };
    usage = largest(usage, { ...found, ...own });
    const over = overLimit(usage, limits);
    if (over !== undefined && !stopped) end(over);
  };
  const sample = () => {
    const start = performance.now();
    try {
      note(leaf.usage(pid));
    } catch (error) {
      end(unmeasured('memory', error));
    }
    if (stopped) return;
    sampling = setTimeout(sample, pauseAfter(performance.now() - start));
  };
  const scanOnce = async () => {
    const start = performance.now();
    added = grownSince(before, await scanFolder({ ...whole, started: (kill) => (endScan = kill) }));
    if (stopped) return;
    note({});
    scanning = setTimeout(scanSoon, Math.max(scanMillisecondsMin, scanShare * (performance.now() - start)));
  };
  const scanSoon = () =>
    void scanOnce().catch((error: unknown) => {
      if (!stopped) end(unmeasured('inodes', error));
    });
  watched += 1;
  const uncount = countMemory(() => leaf.heldMb?.() ?? usage.memoryMb);
  let sampling = setTimeout(sample, pauseAfter(0));
  let scanning = setTimeout(scanSoon, scanMillisecondsMin);
  const stop = () => {
    if (!stopped) watched -= 1;
    uncount();
    stopped = true;
    clearTimeout(sampling);
    clearTimeout(scanning);
    endScan?.();
  };
  return {
    usage: () => usage,
    stop,
    async last() {
      stop();
      let ending: Ending | undefined;
      try {
        added = grownSince(before, quickUsage(workspace) ?? (await scanFolder(whole)));
      } catch (error) {
        ending = unmeasured('inodes', error);
      }
      try {
        note(leaf.usage(pid));
        note((await leaf.last?.()) ?? {});
      } catch (error) {
        ending ??= unmeasured('memory', error);
      }
      return { usage, ...(ending && { ending }) };
    },
  };
}
