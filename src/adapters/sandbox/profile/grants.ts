import { spawnSync } from 'node:child_process';
import { lstatSync, realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Grant } from '../../../domain/action/plan.js';
import { isWithin } from '../../../domain/text/path-within.js';
import type { Account } from './account.js';

/**
 * Why a granted path is not the folder or file itself, or undefined. People approve the path (spec P5), so no part of it may be a link: whoever
 * turned one would grant something else, between review and run or while the sandbox is set up.
 */
export function whyNotItself(path: string): string | undefined {
  if (path === '/' || resolve(path) !== path) return 'is no whole path';
  try {
    const real = realpathSync.native(path);
    if (real !== path) return `leads through a link to ${real}`;
    // No mount is read-only for a socket or a pipe: whoever listens there does what it is told.
    const found = lstatSync(path);
    return found.isFile() || found.isDirectory() ? undefined : 'is neither a file nor a folder';
  } catch (error) {
    const { code = 'unreadable' } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? 'does not exist' : `cannot be looked at (${code})`;
  }
}

/**
 * Why the account of the actions cannot get there at all, or undefined. Asked where Janus is root, which gets everywhere: the sandbox is set up by
 * the account. Only where the modes say no is the kernel asked, since an access list may say yes.
 */
function whyOutOfReach(path: string, { uid, gid, switches, description }: Account): string | undefined {
  if (!switches) return undefined;
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const { mode, uid: owner, gid: group } = lstatSync(folder);
    const bit = owner === uid ? 0o100 : group === gid ? 0o010 : 0o001;
    if ((mode & bit) === 0 && spawnSync('/usr/bin/test', ['-x', folder], { uid, gid, env: {} }).status !== 0)
      return `cannot be reached by ${description}: ${folder} does not let it through`;
    if (folder === '/') return undefined;
  }
}

/** For a review: what is wrong with each grant of policy.json on this machine, by name; those that can be mounted are not in it. */
export function lookAtGrants(grants: readonly Grant[], account: Account): Record<string, string> {
  return Object.fromEntries(
    grants.flatMap(({ name, path }) => {
      const why = whyNotItself(path) ?? whyOutOfReach(path, account);
      return why === undefined ? [] : [[name, `${path} ${why}`]];
    }),
  );
}

/** Why this grant may not be mounted now, beside the others of its action; undefined where it may. */
export function grantProblem({ path, writable }: Grant, grants: readonly Grant[], workspace: string): string | undefined {
  if (isWithin(path, workspace) || isWithin(path, '/workspace')) return 'lies beneath the workspace';
  // Such a destination would follow a link that an earlier action planted there (CVE-2026-87766).
  const above = grants.find((other) => other.writable && isWithin(path, other.path) && (other.path !== path || !writable));
  if (above !== undefined) return `lies beneath the writable grant ${above.name}`;
  return whyNotItself(path);
}
