import { chmod, chown, lstat } from 'node:fs/promises';
import { JanusError } from '../../domain/errors.js';
import { charterLimits } from '../../domain/limits.js';
import { currentActionAccount } from './account.js';
import { inspectSandbox } from './inspect.js';
import { bwrapArgs, sandboxProfileId } from './profile.js';
import { runSandboxed } from './run-sandboxed.js';
import type { Sandbox, SandboxRequest } from './sandbox.js';
import { adoptWorkspace, prepareWorkspace, workspaceOf } from './workspace.js';

export interface SandboxSettings {
  readonly bwrapPath: string;
  readonly workspacesRoot: string;
  /** Name of the account that actions run under when Janus was started by root. */
  readonly account: string;
}

const refused = (message: string, next: string) => new JanusError('SANDBOX_UNAVAILABLE', message, { next });

async function assertGrants({ grants, workspace }: SandboxRequest): Promise<void> {
  for (const { name, path } of grants) {
    const found = await lstat(path).catch((): undefined => undefined);
    if (found === undefined || found.isSymbolicLink())
      throw refused(`grant ${name}: ${path} ${found === undefined ? 'does not exist' : 'is a link'}`, 'mend it in policy.json');
    if (`${path}/`.startsWith(`${workspace}/`) || path === '/workspace' || path.startsWith('/workspace/')) {
      throw refused(`grant ${name}: ${path} lies beneath the workspace`, 'mend it in policy.json');
    }
  }
}

/** The sandbox of this machine. Where bwrap or a control is missing every run is refused, never bare (spec X1). */
export function createSandbox({ bwrapPath, workspacesRoot, account: accountName }: SandboxSettings): Sandbox {
  const account = currentActionAccount(accountName);
  const commandLine = (request: SandboxRequest) => [bwrapPath, ...bwrapArgs(request, request.command)];
  const run = async (request: SandboxRequest, signal: AbortSignal) => {
    // The egress proxy will be bound here; until then the network is not to be had.
    if (request.network.length > 0)
      throw refused('there is no egress proxy: network actions are refused', 'propose it without network_domains');
    const program = await lstat(bwrapPath).catch((): undefined => undefined);
    if (program === undefined) throw refused(`${bwrapPath} was not found`, 'install bubblewrap: ubos doctor names the command');
    if ((program.mode & 0o4000) !== 0) throw refused(`${bwrapPath} is setuid`, `chmod u-s ${bwrapPath}`);
    await assertGrants(request);
    return runSandboxed(bwrapPath, commandLine(request).slice(1), account, request, signal);
  };
  return {
    profile: sandboxProfileId(),
    commandLine,
    run,
    workspaceOf: (proposalId) => workspaceOf(workspacesRoot, proposalId),
    prepareWorkspace: (proposalId) => prepareWorkspace(workspacesRoot, proposalId, account),
    adoptWorkspace: (folder) => adoptWorkspace(folder, account),
    inspect: () =>
      inspectSandbox(bwrapPath, account, async (workspace) => {
        if (account.switches) await chown(workspace, account.uid, account.gid);
        await chmod(workspace, 0o700);
        const command = { tool: 'inspect', path: '/usr/bin/true', args: [] };
        const request = { command, workspace, limits: charterLimits, network: [], grants: [], outputPrefix: `${workspace}/inspect` };
        const { reason, exitCode } = await run(request, AbortSignal.timeout(10_000));
        if (reason !== 'exit' || exitCode !== 0)
          throw refused(`a harmless command ended by ${reason} with ${String(exitCode)}`, 'ubos doctor');
      }),
  };
}
