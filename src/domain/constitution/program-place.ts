import type { Grant } from '../action/plan.js';
import { isWithin } from '../text/path-within.js';
import type { Tool } from '../action/tool.js';

/**
 * Whether a program can be started in a sandbox with these grants: it lies in what the distribution installed, or in what was granted by name.
 * `/usr/local` is not a part of the first: people put there what they like, scripts with passwords too. `path` has no links.
 */
export function isShown(path: string, grants: readonly Pick<Grant, 'path'>[]): boolean {
  const isOfTheSystem =
    ['/usr', '/bin', '/sbin', '/lib', '/lib64'].some((folder) => isWithin(path, folder)) && !isWithin(path, '/usr/local');
  return isOfTheSystem || grants.some((grant) => isWithin(path, grant.path));
}

/** Why a tool's program could never start (exit code 127), where its sandbox does not show it; undefined where it does. */
export function unseenProgram(tool: Pick<Tool, 'name' | 'grants'>, path: string, grants: readonly Grant[]): string | undefined {
  const granted = grants.filter(({ name }) => tool.grants.includes(name));
  if (isShown(path, granted)) return undefined;
  return (
    `its program ${path} is not in its sandbox, which shows /usr without /usr/local, and what the tool is granted: ` +
    `name its folder in grants of policy.json, and that grant in grants of tool ${tool.name}`
  );
}
