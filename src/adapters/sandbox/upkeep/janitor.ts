import type { Stats } from 'node:fs';
import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate as otherWork, setTimeout as pause } from 'node:timers/promises';
import { isProposalId } from '../../../domain/action/proposal-id.js';
import { isStillThere } from '../run/first-process.js';
import { isOperatorRun } from '../workspace/operator-workspace.js';
import { outputsOf, privateFolders } from '../workspace/places.js';
import type { Removal } from './remove-workspace.js';
import type { Problem } from './removal-problem.js';
import { finishRemovals, removeWorkspace } from './remove-workspace.js';
import type { SandboxProcess } from './sandbox-processes.js';
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
/** Whose workspace or folder for outputs it is. */
function ownerOf(name: string): string | undefined {
  const id = name.replace(/\.output$/, '');
  return isProposalId(id) ? id : undefined;
}
/** Per look; what is left is gone on with at the next one. */
const entriesMax = 1_000_000;

/** Looked at between two turns of the event loop; to look at one takes some microseconds. */
const namesAtOnce = 64;
/** What is alone because its action ends at this moment is gone by then: whoever runs it gives it a second. */
const aloneMilliseconds = 3_000;

interface Candidate {
  readonly path: string;
  readonly stats: Stats;
}

/** What one action left: its workspace, the folder of its outputs, or both. */
interface Remains {
  readonly id: string;
  readonly folders: readonly Candidate[];
}

/** The time of the last change as the kernel notes it: an action can set every other time of its workspace, but not this one. */
const ageOf = ({ stats }: Candidate, now: Date) => now.getTime() - stats.ctimeMs;

/** Where workspaces lie: those of each account, and those from before there were such folders, beside the outputs. */
const places = (root: string) => [...privateFolders(root), root];

/** Workspaces first: a folder of outputs that is left alone is found again, by its name. */
async function remainsIn(root: string): Promise<Remains[]> {
  const found = new Map<string, Candidate[]>();
  for (const folder of places(root)) {
    for (const [index, name] of readdirSync(folder).sort().entries()) {
      if (index % namesAtOnce === 0) await otherWork();
      const id = ownerOf(name);
      if (id === undefined) continue;
      const path = join(folder, name);
      const stats = lstatSync(path, { throwIfNoEntry: false });
      if (stats?.isDirectory() === true) found.set(id, [...(found.get(id) ?? []), { path, stats }]);
    }
  }
  return [...found].map(([id, folders]) => ({ id, folders }));
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

/** What one pass goes by. /proc is read once: what starts meanwhile starts in folders that are too young to be removed. */
interface Pass {
  readonly settings: JanitorSettings;
  readonly signal: AbortSignal;
  readonly sandboxes: readonly SandboxProcess[];
}

/** bwrap ends with its worker; one that was killed at just the wrong moment leaves a sandbox that nobody watches any more. */
async function endStale({ settings: { log }, signal, sandboxes }: Pass): Promise<void> {
  const stale = sandboxes.filter(({ isStale }) => isStale);
  if (stale.some(({ isAlone }) => isAlone)) await pause(aloneMilliseconds, undefined, { signal }).catch(() => undefined);
  for (const process of stale.filter(isStillThere)) {
    const fields = { event_type: 'sandbox_stale', pid: process.pid, workspace: process.workspace };
    const isGone = await killSandbox(process);
    if (isGone) log.warn(fields, `ended a sandbox whose worker is gone: ${process.workspace}`);
    else log.error(fields, `a sandbox whose worker is gone cannot be ended: pid ${process.pid}`);
  }
}

/** Copies for previews and stages whose process is gone; nothing in them was ever the action's own. */
async function removeScratches({ settings, signal, sandboxes }: Pass): Promise<void> {
  const used = new Set(sandboxes.filter(isStillThere).map(({ workspace }) => dirname(workspace)));
  const swept = await sweepScratches(settings.workspacesRoot, { entriesMax, signal }, (path) => used.has(path));
  for (const { path, removal } of swept) report(settings, path, removal);
}

/** Final long ago. */
async function mayGo({ stateOf, workspacesRoot, retentionDays }: JanitorSettings, { id, folders }: Remains, now: Date): Promise<boolean> {
  const minimum = retentionDays * 24 * hour;
  // Asked of young ones too: who answers may know today what the server has forgotten when it is old.
  const state = await stateOf(id);
  // Outputs and workspace go together: the younger of the two counts.
  if (folders.some((each) => ageOf(each, now) < minimum)) return false;
  if (state === 'final') return true;
  return state === 'unclaimed' && isOperatorRun(outputsOf(workspacesRoot, id));
}

async function removeRemains({ settings, signal }: Pass, { folders }: Remains): Promise<void> {
  for (const { path, stats } of folders) {
    if (signal.aborted) return;
    try {
      report(settings, path, await removeWorkspace(path, stats, { entriesMax, signal }));
    } catch (error) {
      settings.log.error({ event_type: 'janitor', path, error }, `${path} could not be removed`);
    }
  }
}

async function removeOld(pass: Pass): Promise<void> {
  const { settings, signal, sandboxes } = pass;
  const { workspacesRoot, log, now = () => new Date() } = settings;
  for (const folder of places(workspacesRoot)) {
    const finished = await finishRemovals(folder, { entriesMax, signal });
    if (finished.removed > 0 || finished.problems.length > 0) report(settings, `${folder}: what was left half removed`, finished);
  }
  const used = new Set(sandboxes.filter(isStillThere).map(({ workspace }) => workspace));
  for (const each of await remainsIn(workspacesRoot)) {
    await otherWork();
    if (signal.aborted) return;
    try {
      if ((await mayGo(settings, each, now())) && !each.folders.some(({ path }) => used.has(path))) await removeRemains(pass, each);
    } catch (error) {
      log.error({ event_type: 'janitor', proposal_id: each.id, error }, `the workspace of ${each.id} could not be removed`);
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
  const { workspacesRoot, uids, removes, log } = settings;
  const attempt = async (step: () => Promise<void>) => {
    try {
      await step();
    } catch (error) {
      log.error({ event_type: 'janitor', error }, `${workspacesRoot} could not be looked after`);
    }
  };
  const look = async () => {
    if (!existsSync(workspacesRoot)) return;
    const pass = { settings, signal: stopping.signal, sandboxes: await sandboxesBelow(workspacesRoot, uids) };
    for (const step of [endStale, ...(removes ? [removeScratches, removeOld] : [])]) await attempt(() => step(pass));
  };
  const sweep = () => (looking ??= attempt(look).finally(() => (looking = undefined)));
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
