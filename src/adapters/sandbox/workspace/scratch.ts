import { execFile } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeFolders } from '../../files/make-folders.js';
import { refusedFile } from '../contract/unavailable.js';
import { JanusError } from '../../../domain/errors.js';
import type { Account } from '../profile/account.js';
import { assignProject } from '../profile/project-quota.js';
import { scratchPrefix } from './scratch-name.js';
import { assertTraversable, whyNoWorkspaces } from './workspace.js';

const run = promisify(execFile);

export const noProgram = (what: string, error: unknown) =>
  new JanusError(
    'SANDBOX_UNAVAILABLE',
    `${what}: ${String((error as { stderr?: string }).stderr ?? error)
      .trim()
      .slice(0, 300)}`,
    {
      next: 'ubos doctor',
    },
  );

/** As which user a program of the system prepares what an action will see: the action's own, so that it can reach no more than that. */
export function asAccount(account: Account): { uid?: number; gid?: number } {
  return account.switches ? { uid: account.uid, gid: account.gid } : {};
}

/** A private folder for what is thrown away, owned by the account that actions run under. Its name holds the process, for `sweepScratches`. */
export async function makeScratch(root: string, account: Account): Promise<string> {
  let folder: string;
  try {
    makeFolders(root, 0o711);
    await assertTraversable(root, account);
    folder = mkdtempSync(join(root, scratchPrefix()));
  } catch (error) {
    throw whyNoWorkspaces(root) ?? refusedFile(root, error);
  }
  if (account.switches) chownSync(folder, account.uid, account.gid);
  // Whatever is made in it inherits the quota.
  await assignProject(root, folder);
  return folder;
}

/** A folder inside a scratch, for the account alone. */
export function scratchFolder(scratch: string, name: string, account: Account): string {
  const folder = join(scratch, name);
  mkdirSync(folder, { mode: 0o700 });
  if (account.switches) chownSync(folder, account.uid, account.gid);
  return folder;
}

/** Copies a tree as it is, as the action's account: links stay links, nothing is read that the action could not read. */
export async function copyTree(from: string, to: string, account: Account): Promise<void> {
  await run('/usr/bin/cp', ['-a', '--no-preserve=ownership', '--', `${from}/.`, to], { ...asAccount(account), timeout: 120_000 }).catch(
    (error: unknown) => {
      throw noProgram('the workspace cannot be copied', error);
    },
  );
}

/** Removes all of it, whatever an action left: modes of 000 and trees deeper than any path, following nothing. */
export async function removeScratch(folder: string): Promise<void> {
  const options = { timeout: 120_000, maxBuffer: 1_048_576 };
  await run('/usr/bin/rm', ['-rf', '--one-file-system', '--', folder], options).catch(async () => {
    await run('/usr/bin/chmod', ['-R', 'u+rwx', '--', folder], options).catch(() => undefined);
    await run('/usr/bin/rm', ['-rf', '--one-file-system', '--', folder], options);
  });
}
