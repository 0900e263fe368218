import type { Stats } from 'node:fs';
import { chmodSync, chownSync, lstatSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { assertProposalId } from '../../../domain/action/proposal-id.js';
import { JanusError } from '../../../domain/errors.js';
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

function ownFolder(path: string, mode: number, owner: { uid: number; gid: number }): void {
  try {
    mkdirSync(path, { mode });
    chownSync(path, owner.uid, owner.gid);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const found = lstatSync(path);
  if (!found.isDirectory() || found.uid !== owner.uid) {
    throw unavailable(`${path} is not a folder of uid ${owner.uid}: someone else put it there`, `look at it, then remove it: ${path}`);
  }
  if ((found.mode & 0o777) !== mode) reopen(path, found, mode);
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

/** Makes or finds the workspace of a proposal, for the account alone, and beside it the folder for outputs, for the worker alone. */
export async function prepareWorkspace(root: string, proposalId: string, account: Account): Promise<string> {
  const workspace = workspaceOf(root, proposalId);
  mkdirSync(root, { recursive: true, mode: 0o711 });
  await assertTraversable(root, account);
  ownFolder(workspace, 0o700, account);
  ownFolder(`${workspace}.output`, 0o700, { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 });
  return workspace;
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
