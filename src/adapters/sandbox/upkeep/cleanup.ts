import { lstatSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { JanusError } from '../../../domain/errors.js';
import { isWithin } from '../../../domain/text/path-within.js';
import type { Account } from '../profile/account.js';
import type { ActionState } from './janitor.js';
import { isOperatorRun, wasMadeByOperatorRun } from '../workspace/operator-workspace.js';
import { outputsOf, proposalOfWorkspace } from '../workspace/places.js';
import type { Removal } from './remove-workspace.js';
import { finishRemovals, removeWorkspace } from './remove-workspace.js';
import { sandboxProcesses } from './sandbox-processes.js';

export interface CleanupSettings {
  readonly workspacesRoot: string;
  readonly account: Pick<Account, 'uid' | 'description'>;
  readonly stateOf: (proposalId: string) => Promise<ActionState>;
  /** Also a workspace whose action is not settled, or that the ledger does not know. */
  readonly force: boolean;
  readonly signal?: AbortSignal;
}

export interface Cleanup extends Removal {
  readonly paths: readonly string[];
}

const usage = (message: string, next: string) => new JanusError('USAGE', message, { next });
const notPermitted = (message: string, next: string) => new JanusError('NOT_PERMITTED', message, { next });

/** The path without links above its last part; the last part as it is. */
function placeOf(named: string): string {
  const whole = resolve(named);
  try {
    return whole === '/' ? whole : join(realpathSync.native(`${dirname(whole)}/.`), basename(whole));
  } catch {
    throw usage(`${whole} does not exist`, 'ls the folder above it');
  }
}

function assertWorkspace(path: string, { workspacesRoot, account }: CleanupSettings): void {
  const allowed = `a workspace in ${workspacesRoot}, or a folder made by: ubos sandbox run --workspace DIR`;
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw usage(`${path} does not exist`, `name ${allowed}`);
  if (!found.isDirectory()) throw usage(`${path} is ${found.isSymbolicLink() ? 'a link' : 'no folder'}`, `name ${allowed}`);
  const isOurs =
    proposalOfWorkspace(workspacesRoot, path) !== undefined ||
    (!isWithin(workspacesRoot, path) && wasMadeByOperatorRun(workspacesRoot, path));
  if (!isOurs) throw usage(`${path} is no workspace of ours`, `allowed is ${allowed}; everything else is yours to remove`);
  if (found.uid !== account.uid)
    throw usage(`${path} belongs to uid ${found.uid}, actions run as ${account.description}`, `look at it: ls -ld ${path}`);
}

async function assertNobodyNeedsIt(path: string, { workspacesRoot, account, stateOf, force }: CleanupSettings): Promise<void> {
  const [user] = await sandboxProcesses((workspace) => workspace === path, [account.uid]);
  if (user !== undefined) throw notPermitted(`a sandbox runs in ${path}: pid ${user.pid}`, 'wait for it, or cancel it');
  const id = proposalOfWorkspace(workspacesRoot, path);
  if (id === undefined || isOperatorRun(outputsOf(workspacesRoot, id))) return;
  const state = await stateOf(id);
  if (state === 'running') throw notPermitted(`${id} is running`, `ubos proposals cancel ${id}`);
  if (state === 'interrupted' && !force)
    throw notPermitted(`${id} was interrupted, and its workspace may say how far it came`, `ubos proposals show ${id}, then --force`);
  if (state === 'unclaimed' && !force) throw notPermitted(`the ledger does not know ${id}`, `look at ${path}, then --force`);
}

/** Removes a workspace as the janitor would, without waiting for its time; with it the folder of its outputs. Asks nothing. */
export async function cleanUp(named: string, settings: CleanupSettings): Promise<Cleanup> {
  const path = placeOf(named);
  const bounds = settings.signal === undefined ? {} : { signal: settings.signal };
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined && path !== '/') {
    // It was put out of sight before; a crash may have kept it from being removed.
    const rest = await finishRemovals(dirname(path), bounds);
    if (rest.removed > 0 || !rest.done) return { paths: [path], ...rest };
  }
  assertWorkspace(path, settings);
  await assertNobodyNeedsIt(path, settings);
  const id = proposalOfWorkspace(settings.workspacesRoot, path);
  const paths = id === undefined ? [path] : [path, outputsOf(settings.workspacesRoot, id)];
  let all: Removal = { done: true, removed: 0, problems: [] };
  for (const each of paths) {
    const found = lstatSync(each, { throwIfNoEntry: false });
    if (found === undefined || !all.done) continue;
    const one = await removeWorkspace(each, found, bounds);
    all = { done: one.done, removed: all.removed + one.removed, problems: one.problems };
  }
  return { paths, ...all };
}
