import { JanusError } from '../../../domain/errors.js';
import type { Ending } from '../profile/quota.js';
import { overLimit } from '../profile/quota.js';
import type { SandboxRequest } from '../contract/sandbox.js';
import type { Leaf } from '../tiers/tier.js';
import type { Usage } from '../contract/usage.js';
import { largest, noUsage } from '../contract/usage.js';
import { countMemory } from '../usage/running-memory.js';
import type { FolderUsage } from '../usage/workspace-usage.js';
import { flatUsage, grownSince, quickUsage, scanFolder } from '../usage/workspace-usage.js';

let watched = 0;
/** So many at once are looked at as often as one alone: the looks of more would hold the worker up, and with it the controls. */
const watchedAtOnce = 4;
const stretch = () => Math.max(1, watched / watchedAtOnce);

/** Samples of all actions together take a twentieth of the worker's time at most, within these bounds. */
const sampleShare = 20;
const [sampleMillisecondsMin, sampleMillisecondsMax] = [20, 100];

/** `isHeld`: the kernel holds it to the quotas that are used up within moments, and a sample only sees the others. */
const samplePause = (isHeld: boolean) => (milliseconds: number) =>
  Math.min(sampleMillisecondsMax * (isHeld ? stretch() : 1), watched * Math.max(sampleMillisecondsMin, sampleShare * milliseconds));

/** Where other folders lie in it the workspace is measured by a program: a fifth of one processor at most. */
const scanShare = 4;
const scanMillisecondsMin = 200;
const scanPause = (milliseconds: number) => stretch() * Math.max(scanMillisecondsMin, scanShare * milliseconds);

/** Tells whether something of the action has run since the last time that it was asked. Where nobody counts that, or the counter says nothing, it always has. */
function createHasRun(leaf: Leaf): () => boolean {
  let last: number | undefined;
  return () => {
    const now = leaf.ran?.();
    // Zero is what a counter that cannot be read says, too.
    const hasRun = now === undefined || now === 0 || now !== last;
    last = now;
    return hasRun;
  };
}

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

/** Calls `look` again and again, each time so long after the one before as `pauseAfter` says; `failed` hears of one that threw. */
function again(look: () => Promise<void> | void, pauseAfterLook: (milliseconds: number) => number, failed: (error: unknown) => void) {
  let isStopped = false;
  const turn = async () => {
    const start = performance.now();
    try {
      await look();
    } catch (error) {
      if (!isStopped) failed(error);
    }
    if (!isStopped) timer = setTimeout(() => void turn(), pauseAfterLook(performance.now() - start));
  };
  let timer = setTimeout(() => void turn(), pauseAfterLook(0));
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
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
  const [hasRunSinceSample, hasRunSinceScan] = [createHasRun(leaf), createHasRun(leaf)];
  const note = (found: Partial<Usage>) => {
    // Files that were unlinked and are still open take their space, too.
    const { grownMb: unlinkedMb = 0 } = found;
    const own = { inodes: added.inodes, grownMb: unlinkedMb + added.grownMb, heldMb: unlinkedMb + added.heldMb };
    usage = largest(usage, { ...found, ...own });
    const over = overLimit(usage, limits);
    if (over !== undefined && !stopped) end(over);
  };
  const sample = () => {
    if (hasRunSinceSample()) note(leaf.usage(pid));
  };
  const scan = async () => {
    if (!hasRunSinceScan()) return;
    added = grownSince(before, flatUsage(workspace) ?? (await scanFolder({ ...whole, started: (kill) => (endScan = kill) })));
    if (!stopped) note({});
  };
  watched += 1;
  const uncount = countMemory(() => leaf.heldMb?.() ?? usage.memoryMb);
  const stopSampling = again(sample, samplePause(leaf.ran !== undefined), (error) => end(unmeasured('memory', error)));
  const stopScanning = again(scan, scanPause, (error) => end(unmeasured('inodes', error)));
  const stop = () => {
    if (!stopped) watched -= 1;
    uncount();
    stopped = true;
    stopSampling();
    stopScanning();
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
