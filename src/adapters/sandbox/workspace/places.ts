import { accessSync, constants, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { assertProposalId, isProposalId } from '../../../domain/action/proposal-id.js';
import type { Account } from '../profile/account.js';

/**
 * Where things lie below the folder of the workspaces: `uid-N/ID` is the workspace of an action, `ID.output` what its commands printed. `uid-N` belongs
 * to the account that actions run under, for it alone: an action may open its own workspace to everybody, but not the way there.
 */
const privateName = /^uid-\d+$/;

export const privateFolder = (root: string, { uid }: Pick<Account, 'uid'>): string => join(root, `uid-${uid}`);

function canRead(folder: string): boolean {
  try {
    accessSync(folder, constants.R_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Those of all accounts that ever ran actions here, as far as this one may look into them. */
export const privateFolders = (root: string): string[] =>
  readdirSync(root)
    .filter((name) => privateName.test(name))
    .sort()
    .map((name) => join(root, name))
    .filter(canRead);

/** Where the workspace of a proposal lies, whether it is there or not. */
export function workspaceOf(root: string, proposalId: string, account: Pick<Account, 'uid'>): string {
  assertProposalId(proposalId);
  return join(privateFolder(root, account), proposalId);
}

/** Where it lay until 0.1: directly in the folder of the workspaces. */
export function formerWorkspaceOf(root: string, proposalId: string): string {
  assertProposalId(proposalId);
  return join(root, proposalId);
}

/** The worker's own folder for what the commands of a proposal printed, out of their reach. */
export function outputsOf(root: string, proposalId: string): string {
  assertProposalId(proposalId);
  return join(root, `${proposalId}.output`);
}

/** The id, where this is the path of a workspace below `root`; also of one that lies where they lay before. */
export function proposalOfWorkspace(root: string, path: string): string | undefined {
  const [id, folder] = [basename(path), dirname(path)];
  const isThere = folder === root || (dirname(folder) === root && privateName.test(basename(folder)));
  return isThere && isProposalId(id) ? id : undefined;
}
