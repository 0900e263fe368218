import { chownSync, lstatSync, mkdirSync, readFileSync, readdirSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { isProposalId } from '../../../domain/action/proposal-id.js';
import { JanusError } from '../../../domain/errors.js';
import { errnoWords } from '../../../domain/text/errno-words.js';
import type { Account } from '../profile/account.js';
import { isSameFile } from './held-folder.js';

/** Lies in the folder for outputs, out of every tool's reach: an operator's run, not an action, and the folder that was made for it. */
const recordName = 'operator-run.json';
const outputs = '.output';

interface OperatorRun {
  readonly made?: { readonly path: string; readonly dev: number; readonly ino: number };
}

const refused = (message: string, next: string) => new JanusError('USAGE', message, { next });
const allowed = 'allowed is a folder of its own, not yet there or owned by the account of the actions, such as --workspace /tmp/try';
const isBeneath = (path: string, above: string) => `${path}/`.startsWith(above === '/' ? '/' : `${above}/`);
const systemFolders = ['bin', 'boot', 'dev', 'etc', 'lib', 'lib64', 'proc', 'root', 'run', 'sbin', 'sys', 'usr', 'workspace'].map(
  (name) => `/${name}`,
);

function realFolder(path: string): string {
  try {
    // With the dot: of a file, too, there is a path without links.
    return realpathSync.native(`${path}/.`);
  } catch (error) {
    throw refused(`${path}: ${errnoWords(error)}`, `mkdir -p ${path}`);
  }
}

export interface OperatorSettings {
  readonly workspacesRoot: string;
  readonly account: Pick<Account, 'uid' | 'gid' | 'description'>;
  /** What holds one of these is not given away: state, configuration, the operator's home. */
  readonly kept: readonly string[];
  /** Nor what lies in one of these: keys, ledger. */
  readonly closed: readonly string[];
}

function problemOf(folder: string, { workspacesRoot, kept, closed }: OperatorSettings): string | undefined {
  if (isBeneath(folder, workspacesRoot)) return `lies in ${workspacesRoot}, where the workspaces of actions are`;
  const holds = [workspacesRoot, ...kept, ...closed].find((each) => isBeneath(each, folder));
  if (holds !== undefined) return `holds ${holds}`;
  const beneath = [...systemFolders, ...closed].find((each) => isBeneath(folder, each));
  return beneath === undefined ? undefined : `lies beneath ${beneath}`;
}

/**
 * The folder that an operator names with --workspace, made where it is not there. The path comes back without links; a link in its place, a
 * folder of somebody else or one that holds more than a try-out is refused.
 */
export function openOperatorWorkspace(named: string, settings: OperatorSettings): { readonly path: string; readonly made: boolean } {
  const whole = resolve(named);
  if (whole === '/') throw refused('/ is no workspace', allowed);
  const path = join(realFolder(dirname(whole)), basename(whole));
  const problem = problemOf(path, settings);
  if (problem !== undefined) throw refused(`${path} ${problem}`, allowed);
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) {
    mkdirSync(path, { mode: 0o700 });
    chownSync(path, settings.account.uid, settings.account.gid);
    return { path, made: true };
  }
  if (!found.isDirectory()) throw refused(`${path} is ${found.isSymbolicLink() ? 'a link' : 'no folder'}`, allowed);
  if (found.uid !== settings.account.uid) {
    const whose = `${path} belongs to uid ${found.uid}, actions run as ${settings.account.description}`;
    throw refused(whose, `chown ${settings.account.uid} ${path}, or: ${allowed}`);
  }
  return { path, made: false };
}

/** Written once per `ubos sandbox run`, so that its folders can be told from those of actions, and be removed. */
export function recordOperatorRun(outputFolder: string, made: string | undefined): void {
  const record: OperatorRun = made === undefined ? {} : { made: { path: made, dev: lstatSync(made).dev, ino: lstatSync(made).ino } };
  writeFileSync(join(outputFolder, recordName), JSON.stringify(record), { mode: 0o600 });
}

function readRun(outputFolder: string): OperatorRun | undefined {
  try {
    // The folder is the worker's own; a link in its place was not made by us.
    if (lstatSync(outputFolder).uid !== process.getuid?.()) return undefined;
    return JSON.parse(readFileSync(join(outputFolder, recordName), 'utf8')) as OperatorRun;
  } catch {
    return undefined;
  }
}

export const isOperatorRun = (outputFolder: string): boolean => readRun(outputFolder) !== undefined;

/** Whether `ubos sandbox run --workspace` itself made this folder: the very one, not another of that name. */
export function wasMadeByOperatorRun(workspacesRoot: string, folder: string): boolean {
  const found = lstatSync(folder);
  const runs = readdirSync(workspacesRoot).filter((name) => name.endsWith(outputs) && isProposalId(name.slice(0, -outputs.length)));
  return runs.some((name) => {
    const made = readRun(join(workspacesRoot, name))?.made;
    return made !== undefined && made.path === folder && isSameFile(made, found);
  });
}
