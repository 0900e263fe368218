import type { Grant } from '../action/plan.js';
import type { Tool } from '../action/tool.js';

const isBelow = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);

/**
 * What every sandbox shows of the host's programs: what the distribution installed, read-only. `/usr/local` is not a part of that: people put
 * there what they like, scripts with passwords too, so it is granted by name, as every other folder is.
 */
const isOfTheSystem = (path: string) =>
  ['/usr', '/bin', '/sbin', '/lib', '/lib64'].some((folder) => isBelow(path, folder)) && !isBelow(path, '/usr/local');

/** Why a tool's program could never start (exit code 127), where its sandbox does not show it; undefined where it does. `path` has no links. */
export function unseenProgram(tool: Pick<Tool, 'name' | 'grants'>, path: string, grants: readonly Grant[]): string | undefined {
  const shown = grants.filter(({ name }) => tool.grants.includes(name));
  if (isOfTheSystem(path) || shown.some((grant) => isBelow(path, grant.path))) return undefined;
  return (
    `its program ${path} is not in its sandbox, which shows /usr without /usr/local, and what the tool is granted: ` +
    `name its folder in grants of policy.json, and that grant in grants of tool ${tool.name}`
  );
}
