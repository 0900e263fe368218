import type { Stats } from 'node:fs';
import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isOperatorRun } from '../workspace/operator-workspace.js';
import type { Problem, Removal } from './remove-workspace.js';
import { finishRemovals, removeWorkspace } from './remove-workspace.js';
import { killSandbox, sandboxesBelow } from './sandbox-processes.js';
import { sweepScratches } from '../workspace/scratch-name.js';

/** What the ledger knows about the action of a workspace. */
export type ActionState = 'unclaimed' | 'running' | 'interrupted' | 'final';

type Say = (fields: Readonly<Record<string, unknown>>, text: string) => void;

export interface JanitorSettings {
  readonly workspacesRoot: string;
  readonly retentionDays: number;
  /** False: nothing is removed; sandboxes without a worker are ended all the same. */
  readonly removes: boolean;
  readonly stateOf: (proposalId: string) => Promise<ActionState>;
  /** Accounts that sandboxes run under. */
  readonly uids: readonly number[];
  readonly log: { readonly info: Say; readonly warn: Say; readonly error: Say };
  readonly now?: () => Date;
  readonly intervalMilliseconds?: number;
}

export interface Janitor {
  /** Looks now; one look at a time. Never rejects. */
  sweep(): Promise<void>;
  close(): Promise<void>;
}

const hour = 3_600_000;
const workspaceName = /^(janus-[0-9a-f]{12})(\.output)?$/;
/** Per look; what is left is gone on with at the next one. */
const entriesMax = 1_000_000;

interface Candidate {
  readonly id: string;
  readonly path: string;
  readonly stats: Stats;
}

/** The time of the last change as the kernel notes it: an action can set every other time of its workspace, but not this one. */
const ageOf = ({ stats }: Candidate, now: Date) => now.getTime() - stats.ctimeMs;

/** Workspaces first: a folder of outputs that is left alone is found again, by its name. */
function candidatesIn(root: string): Candidate[] {
  return readdirSync(root)
    .flatMap((name): Candidate[] => {
      const id = workspaceName.exec(name)?.[1];
      const path = join(root, name);
      const stats = lstatSync(path, { throwIfNoEntry: false });
      return id === undefined || stats === undefined || !stats.isDirectory() ? [] : [{ id, path, stats }];
    })
    .sort((one, other) => one.path.length - other.path.length);
}

function report({ log }: JanitorSettings, path: string, { done, removed, problems }: Removal): void {
  const fields = { event_type: 'workspace_removed', path, entries: removed };
  if (done) log.info(fields, `removed ${path}`);
  else if (problems.length === 0) log.info({ ...fields, event_type: 'workspace_removing' }, `${path} is being removed`);
  for (const problem of problems) complain(log, problem);
}

function complain({ warn }: JanitorSettings['log'], { path, what, next }: Problem): void {
  warn({ event_type: 'workspace_not_removed', path, next }, `${path} could not be removed: ${what}`);
}

/** bwrap ends with its worker; one that was killed at just the wrong moment leaves a sandbox that nobody watches any more. */
async function endStale({ workspacesRoot, uids, log }: JanitorSettings): Promise<void> {
  for (const process of sandboxesBelow(workspacesRoot, uids).filter(({ isStale }) => isStale)) {
    const fields = { event_type: 'sandbox_stale', pid: process.pid, workspace: process.workspace };
    const isGone = await killSandbox(process);
    if (isGone) log.warn(fields, `ended a sandbox whose worker is gone: ${process.workspace}`);
    else log.error(fields, `a sandbox whose worker is gone cannot be ended: pid ${process.pid}`);
  }
}

/** Copies for previews and stages whose process is gone; nothing in them was ever the action's own. */
async function removeScratches(settings: JanitorSettings, signal: AbortSignal): Promise<void> {
  const { workspacesRoot: root, uids } = settings;
  const isInUse = (path: string) => sandboxesBelow(root, uids).some(({ workspace }) => dirname(workspace) === path);
  for (const { path, removal } of await sweepScratches(root, { entriesMax, signal }, isInUse)) report(settings, path, removal);
}

/** Final long ago, nothing runs in it, and it is what it was a moment ago. */
async function mayGo(settings: JanitorSettings, each: Candidate, all: readonly Candidate[], now: Date): Promise<boolean> {
  const minimum = settings.retentionDays * 24 * hour;
  // Asked of young ones too: who answers may know today what the server has forgotten when it is old.
  const state = await settings.stateOf(each.id);
  // Outputs and workspace go together: the younger of the two counts.
  if (all.some((other) => other.id === each.id && ageOf(other, now) < minimum)) return false;
  if (state === 'final') return true;
  return state === 'unclaimed' && isOperatorRun(join(settings.workspacesRoot, `${each.id}.output`));
}

async function removeOld(settings: JanitorSettings, signal: AbortSignal): Promise<void> {
  const { workspacesRoot, uids, log, now = () => new Date() } = settings;
  const bounds = { entriesMax, signal };
  const finished = await finishRemovals(workspacesRoot, bounds);
  if (finished.removed > 0 || finished.problems.length > 0) report(settings, `${workspacesRoot}: what was left half removed`, finished);
  const all = candidatesIn(workspacesRoot);
  for (const each of all) {
    if (signal.aborted) return;
    try {
      if (!(await mayGo(settings, each, all, now()))) continue;
      // Right before: a rollback or an operator may have come in.
      if (sandboxesBelow(workspacesRoot, uids).some(({ workspace }) => workspace === join(workspacesRoot, each.id))) continue;
      report(settings, each.path, await removeWorkspace(each.path, each.stats, bounds));
    } catch (error) {
      log.error({ event_type: 'janitor', path: each.path, error }, `${each.path} could not be removed`);
    }
  }
}

/**
 * Ends sandboxes that outlived their worker, and removes workspaces that nobody needs any more, and what dead processes threw away: now, and then every hour. Touches what lies
 * in the folder of the workspaces under names that Janus gives, and nothing else. An error is logged and stops nothing.
 */
export function startJanitor(settings: JanitorSettings): Janitor {
  const stopping = new AbortController();
  let looking: Promise<void> | undefined;
  const look = async () => {
    for (const step of [endStale, ...(settings.removes ? [removeScratches, removeOld] : [])]) {
      try {
        if (existsSync(settings.workspacesRoot)) await step(settings, stopping.signal);
      } catch (error) {
        settings.log.error({ event_type: 'janitor', error }, `${settings.workspacesRoot} could not be looked after`);
      }
    }
  };
  const sweep = () => (looking ??= look().finally(() => (looking = undefined)));
  const timer = setInterval(() => void sweep(), settings.intervalMilliseconds ?? hour);
  timer.unref();
  void sweep();
  return {
    sweep,
    close: async () => {
      clearInterval(timer);
      stopping.abort();
      await looking;
    },
  };
}
