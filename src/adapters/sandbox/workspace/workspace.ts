import type { Stats } from 'node:fs';
import { accessSync, chmodSync, chownSync, constants, existsSync, lstatSync, mkdirSync, renameSync, rmdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolders } from '../../files/make-folders.js';
import { JanusError } from '../../../domain/errors.js';
import { refusedFile } from '../contract/unavailable.js';
import type { Account } from '../profile/account.js';
import { holdFolder, isSameFile } from './held-folder.js';
import { formerWorkspaceOf, outputsOf, privateFolder, workspaceOf } from './places.js';

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
  give(path, owner);
  return true;
}

/** Gives a folder of the worker's own away. By descriptor: the folder above may belong to the account, and a path follows a link that was put there. */
function give(path: string, { uid, gid }: { readonly uid: number; readonly gid: number }): void {
  const held = holdFolder(path);
  try {
    if (held.stats.uid === process.getuid?.()) chownSync(held.self, uid, gid);
  } finally {
    held.close();
  }
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

/** The folder around all workspaces of this account, for it alone: what an action opens of its own stays closed to all others. */
function openPrivateFolder(root: string, account: Account): void {
  const folder = privateFolder(root, account);
  // What a crash left before it was given away.
  if (!makeFolder(folder, account) && lstatSync(folder).isDirectory()) give(folder, account);
  assertOwn(folder, account);
}

/** Before there was such a folder a workspace lay beside it: its next step, probe or rollback finds it. True where there is one now. */
function bringAlong(former: string, workspace: string, account: Account): boolean {
  if (lstatSync(former, { throwIfNoEntry: false }) === undefined || existsSync(workspace)) return false;
  assertOwn(former, account);
  renameSync(former, workspace);
  return true;
}

/**
 * Makes or finds the workspace of a proposal, for the account alone, and beside it the folder for outputs, for the worker alone. That one is made
 * first, and only here: where a workspace lies without it somebody else made it, knowing the id of a proposal that waits.
 */
export async function prepareWorkspace(root: string, proposalId: string, account: Account): Promise<string> {
  const workspace = workspaceOf(root, proposalId, account);
  const former = formerWorkspaceOf(root, proposalId);
  const [output, worker] = [outputsOf(root, proposalId), { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }];
  try {
    makeFolders(root, 0o711);
  } catch (error) {
    // Of a read-only disk node says ENOENT here.
    throw whyNoWorkspaces(root) ?? refusedFile(root, error);
  }
  await assertTraversable(root, account);
  openPrivateFolder(root, account);
  const isNew = makeFolder(output, worker);
  assertOwn(output, worker);
  const planted = isNew ? [workspace, former].find((path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined) : undefined;
  if (planted !== undefined) {
    rmdirSync(output);
    throw unavailable(
      `${planted} is there already, and Janus did not make it: someone else put it there`,
      `look at it, then remove it: ${planted}`,
    );
  }
  if (!bringAlong(former, workspace, account) && makeFolder(workspace, account)) return workspace;
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
