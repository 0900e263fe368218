import { lstatSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Grant } from '../../../domain/action/plan.js';

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

/** For a review: what is wrong with each grant of policy.json on this machine, by name; those that can be mounted are not in it. */
export function lookAtGrants(grants: readonly Grant[]): Record<string, string> {
  return Object.fromEntries(
    grants.flatMap(({ name, path }) => {
      const why = whyNotItself(path);
      return why === undefined ? [] : [[name, `${path} ${why}`]];
    }),
  );
}

/** Why this grant may not be mounted now, beside the others of its action; undefined where it may. */
export function grantProblem({ path, writable }: Grant, grants: readonly Grant[], workspace: string): string | undefined {
  const isBeneath = (above: string) => `${path}/`.startsWith(`${above}/`);
  if (isBeneath(workspace) || isBeneath('/workspace')) return 'lies beneath the workspace';
  // Such a destination would follow a link that an earlier action planted there (CVE-2026-87766).
  const above = grants.find((other) => other.writable && isBeneath(other.path) && (other.path !== path || !writable));
  if (above !== undefined) return `lies beneath the writable grant ${above.name}`;
  return whyNotItself(path);
}
