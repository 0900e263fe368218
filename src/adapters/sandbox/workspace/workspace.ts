import type { Stats } from 'node:fs';
import { accessSync, chmodSync, chownSync, constants, existsSync, lstatSync, mkdirSync, rmdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { assertProposalId } from '../../../domain/action/proposal-id.js';
import { JanusError } from '../../../domain/errors.js';
import { refusedFile } from '../contract/unavailable.js';
import type { Account } from '../profile/account.js';
import { holdFolder, isSameFile } from './held-folder.js';

const unavailable = (message: string, next: string) => new JanusError('SANDBOX_UNAVAILABLE', message, { next });

/** Every folder above the workspaces must let the account through, or its sandbox ends with "Permission denied" before it began. */
export async function assertTraversable(root: string, account: Account): Promise<void> {
  for (let folder = root; ; folder = dirname(folder)) {
    const { mode, uid, gid } = statSync(folder);
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) {
      throw unavailable(
        `${folder} cannot be traversed by ${account.description}, so no workspace below it can be used`,
        `set sandbox.root to a folder that it can reach, or chmod o+x ${folder}`,
      );
    }
    if (folder === dirname(folder)) return;
  }
}

/** False where something of that name is there already. */
function makeFolder(path: string, owner: { readonly uid: number; readonly gid: number }): boolean {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw refusedFile(path, error);
  }
  chownSync(path, owner.uid, owner.gid);
  return true;
}

/** Somebody's folder, open to its owner alone. */
function assertOwn(path: string, { uid }: { readonly uid: number }): void {
  const found = lstatSync(path);
  if (!found.isDirectory() || found.uid !== uid)
    throw unavailable(`${path} is not a folder of uid ${uid}: someone else put it there`, `look at it, then remove it: ${path}`);
  if ((found.mode & 0o777) !== 0o700) reopen(path, found, 0o700);
}

/** An action may have closed its workspace: its next step, and its rollback, get in all the same. */
function reopen(path: string, found: Stats, mode: number): void {
  const held = holdFolder(path);
  try {
    if (isSameFile(held.stats, found)) chmodSync(held.self, mode);
  } finally {
    held.close();
  }
}

/** Where the workspace of a proposal lies, whether it is there or not. */
export function workspaceOf(root: string, proposalId: string): string {
  assertProposalId(proposalId);
  return join(root, proposalId);
}

/**
 * Makes or finds the workspace of a proposal, for the account alone, and beside it the folder for outputs, for the worker alone. That one is made
 * first, and only here: where a workspace lies without it somebody else made it, knowing the id of a proposal that waits.
 */
export async function prepareWorkspace(root: string, proposalId: string, account: Account): Promise<string> {
  const workspace = workspaceOf(root, proposalId);
  const [output, worker] = [`${workspace}.output`, { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }];
  try {
    mkdirSync(root, { recursive: true, mode: 0o711 });
  } catch (error) {
    // Of a read-only disk node says ENOENT here.
    throw whyNoWorkspaces(root) ?? refusedFile(root, error);
  }
  await assertTraversable(root, account);
  const isNew = makeFolder(output, worker);
  assertOwn(output, worker);
  if (makeFolder(workspace, account)) return workspace;
  if (isNew) {
    rmdirSync(output);
    throw unavailable(
      `${workspace} is there already, and Janus did not make it: someone else put it there`,
      `look at it, then remove it: ${workspace}`,
    );
  }
  assertOwn(workspace, account);
  return workspace;
}

/** Why no workspace can be made on this disk at all; undefined where one can. */
export function whyNoWorkspaces(root: string): JanusError | undefined {
  let folder = root;
  while (!existsSync(folder) && folder !== dirname(folder)) folder = dirname(folder);
  try {
    accessSync(folder, constants.W_OK);
    return undefined;
  } catch (error) {
    // Whoever asks may be another account than the worker.
    return (error as NodeJS.ErrnoException).code === 'EROFS' ? refusedFile(root, error) : undefined;
  }
}

/** Takes a folder that an operator named as it is; a link, or a folder that the account does not own, is refused. */
export async function adoptWorkspace(folder: string, account: Account): Promise<string> {
  const found = lstatSync(folder);
  if (found.isSymbolicLink() || !found.isDirectory())
    throw unavailable(`${folder} is ${found.isSymbolicLink() ? 'a link' : 'no folder'}`, 'name a folder');
  if (found.uid !== account.uid) {
    throw unavailable(`${folder} belongs to uid ${found.uid}, actions run as ${account.description}`, `chown ${account.uid} ${folder}`);
  }
  await assertTraversable(folder, account);
  return folder;
}
