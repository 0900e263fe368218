import { stat } from 'node:fs/promises';
import { JanusError } from '../../../domain/errors.js';
import { charterLimits } from '../../../domain/action/limits.js';
import type { TierName } from '../../../domain/action/tier.js';
import { isAtLeast } from '../../../domain/action/tier.js';
import type { Account } from '../profile/account.js';
import { currentActionAccount } from '../profile/account.js';
import { grantProblem } from '../profile/grants.js';
import { inspectSandbox, programProblems } from '../profile/inspect.js';
import { underOverlays } from '../preview/overlay.js';
import { bwrapArgs, sandboxProfileId } from '../profile/profile.js';
import { lookAtSystem } from '../profile/system-files.js';
import { assignProject, describeProjects } from '../profile/project-quota.js';
import { createBusyTime } from './busy-time.js';
import { runSandboxed } from './run-sandboxed.js';
import { runOnline } from './run-online.js';
import type { Sandbox, SandboxProblem, SandboxReport, SandboxRequest } from '../contract/sandbox.js';
import { selfTest } from '../self-test/self-test.js';
import { refusedFile } from '../contract/unavailable.js';
import { tierOfThisMachine } from '../tiers/ladder.js';
import type { Leaf, Tier } from '../tiers/tier.js';
import type { Bridge, Gateway, WayOut } from '../contract/way-out.js';
import { findBridge } from '../contract/way-out.js';
import { takeSetIdBits } from '../workspace/set-id-bits.js';
import { outputsOf, workspaceOf } from '../workspace/places.js';
import { adoptWorkspace, prepareWorkspace, whyNoWorkspaces } from '../workspace/workspace.js';

export interface SandboxSettings {
  readonly bwrapPath: string;
  readonly workspacesRoot: string;
  /** Name of the account that actions run under when Janus was started by root. */
  readonly account: string;
  /** Instead of the best tier that works here: for tests of the others. */
  readonly tier?: TierName;
  /** The egress process; without one the network is not to be had. */
  readonly gateway?: Gateway;
  /** Instead of what is installed; for tests. */
  readonly bridge?: Bridge;
}

const refused = (message: string, next: string) => new JanusError('SANDBOX_UNAVAILABLE', message, { next });

function assertGrants({ grants, workspace }: SandboxRequest): void {
  for (const grant of grants) {
    const problem = grantProblem(grant, grants, workspace);
    if (problem !== undefined) throw refused(`grant ${grant.name}: ${grant.path} ${problem}`, 'mend it in policy.json');
  }
}

/** What a dry run shows: the socket of an action gets its name when it starts. */
function shownWayOut({ network }: SandboxRequest): WayOut | undefined {
  return network.length === 0 ? undefined : { socket: '/EGRESS-SOCKET-OF-THE-ACTION', bridge: { kind: 'socat' } };
}

/** Nothing has started yet: what is refused here is no failure of the action. */
async function openLeaf(tier: Tier, { workspace, limits }: SandboxRequest, account: Account): Promise<Leaf> {
  const found = await stat(workspace).catch((error: unknown) => {
    throw refusedFile(workspace, error);
  });
  try {
    return tier.enter({ limits, account, workspaceDevice: found.dev });
  } catch (error) {
    throw refusedFile(`the leaf of tier ${tier.name}`, error);
  }
}

/** Where a command may leave files on the host; behind an overlay, and where a copy stands in for it, the grant itself is not touched. */
function writtenTo({ workspace, grants, overlays, standIns, readOnly }: SandboxRequest): string[] {
  if (readOnly === true) return [];
  const written = grants.filter(({ path, writable }) => writable && !overlays?.list.some(({ grant }) => grant.path === path));
  return [workspace, ...written.map(({ path }) => standIns?.get(path) ?? path)];
}

function workspacesIn(root: string, account: Account): Pick<Sandbox, 'workspaceOf' | 'outputsOf' | 'prepareWorkspace' | 'adoptWorkspace'> {
  return {
    workspaceOf: (proposalId) => workspaceOf(root, proposalId, account),
    outputsOf: (proposalId) => outputsOf(root, proposalId),
    prepareWorkspace: async (proposalId) => {
      const workspace = await prepareWorkspace(root, proposalId, account);
      await assignProject(root, workspace);
      return workspace;
    },
    adoptWorkspace: (folder) => adoptWorkspace(folder, account),
  };
}

/** The sandbox of this machine. Where bwrap or a control is missing every run is refused, never bare (spec X1). */
export function createSandbox(settings: SandboxSettings): Sandbox {
  const { bwrapPath, workspacesRoot, tier: only, gateway, bridge } = settings;
  const account = currentActionAccount(settings.account);
  const commandLine = (request: SandboxRequest, wayOut = shownWayOut(request)) => [
    bwrapPath,
    ...bwrapArgs({ ...request, wayOut, system: lookAtSystem() }, request.command),
  ];
  const busy = createBusyTime();
  const makeSafe = (request: SandboxRequest) =>
    takeSetIdBits({ paths: writtenTo(request), uid: account.uid, since: busy.since(), bwrap: bwrapPath });
  const runOnTier = async (request: SandboxRequest, signal: AbortSignal, wayOut: WayOut | undefined) => {
    const { tier, notBetter } = await tierOfThisMachine(account, only);
    if (request.minimumTier !== undefined && !isAtLeast(tier.name, request.minimumTier))
      throw refused(
        `policy.json demands tier ${request.minimumTier} at this risk, this machine offers ${tier.name} (${notBetter.join('; ')})`,
        'ubos doctor, or minimum_tier in policy.json; docs/sandbox-tiers.md says what each tier needs',
      );
    const leaf = await openLeaf(tier, request, account);
    busy.enter();
    const [program = bwrapPath, ...argv] = underOverlays(request, commandLine(request, wayOut));
    try {
      return {
        ...(await runSandboxed({ bwrap: program, argv, leaf, account, makeSafe: () => makeSafe(request) }, request, signal)),
        tier: tier.name,
      };
    } finally {
      busy.leave();
      await leaf.close();
    }
  };
  /** What the last inspection found. An escape that worked stays found; what could not be tried is tried again before anything runs (spec X1). */
  let trouble: SandboxProblem | undefined;
  let inspecting: Promise<SandboxReport> | undefined;
  const run = async (request: SandboxRequest, signal: AbortSignal) => {
    if (trouble !== undefined && trouble.canary === undefined) await inspect();
    if (trouble !== undefined) throw refused(trouble.what, trouble.next);
    return start(request, signal);
  };
  const start = async (request: SandboxRequest, signal: AbortSignal) => {
    const [problem] = await programProblems(bwrapPath);
    if (problem !== undefined) throw refused(problem.what, problem.next);
    assertGrants(request);
    const spawn = (wayOut: WayOut | undefined, stop: AbortSignal) => runOnTier(request, stop, wayOut);
    if (request.network.length === 0) return spawn(undefined, signal);
    if (gateway === undefined)
      throw refused('the egress proxy janus-egress is not part of this: network actions are refused', 'propose it without network_domains');
    return runOnline({ gateway, bridge: bridge ?? (await findBridge(account)), account }, request, signal, spawn);
  };
  const look = async () => {
    const report = await inspectSandbox({
      bwrapPath,
      account,
      found: await tierOfThisMachine(account, only),
      arch: process.arch,
      argv: bwrapArgs({ workspace: '/', limits: charterLimits, grants: [] }, { path: '', args: [] }),
      tryProfile: () => selfTest(account, start),
      noWorkspaces: whyNoWorkspaces(workspacesRoot),
      projects: describeProjects(workspacesRoot),
    });
    trouble = report.problems.find(({ canary }) => canary !== undefined) ?? report.problems[0];
    return report;
  };
  const inspect = () => (inspecting ??= look().finally(() => (inspecting = undefined)));
  return {
    profile: sandboxProfileId(),
    commandLine: (request) => commandLine(request),
    run,
    ...workspacesIn(workspacesRoot, account),
    inspect,
  };
}
