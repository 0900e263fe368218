import type { Limits } from '../../domain/limits.js';
import type { Grant, PlannedCommand } from '../../domain/plan.js';
import type { CommandResult } from '../../domain/result.js';

export interface SandboxRequest {
  readonly command: PlannedCommand;
  /** Absolute host path of the action's workspace; made by `prepareWorkspace`. */
  readonly workspace: string;
  readonly limits: Limits;
  /** Domains that the egress proxy lets through; anything but empty is refused where there is no egress process. */
  readonly network: readonly string[];
  readonly grants: readonly Grant[];
  /** Where the full output goes, out of the tool's reach: prefix of two file names, `.stdout` and `.stderr`. */
  readonly outputPrefix: string;
}

export interface SandboxProblem {
  readonly what: string;
  readonly next: string;
  /** The escape attempt of the self-test that reached its goal. */
  readonly canary?: string;
}

/** What `ubos doctor` and the worker's start show. */
export interface SandboxReport {
  readonly ok: boolean;
  readonly bwrapVersion?: string;
  /** Account that actions run under: "uid 61999" or "same user". */
  readonly account: string;
  /** Which means enforce the quotas on this machine. */
  readonly tier: string;
  readonly problems: readonly SandboxProblem[];
  readonly remarks: readonly string[];
}

/** Runs one command in bubblewrap, or refuses. There is no way around it (spec X1). */
export interface Sandbox {
  /** Name and hash of the profile: part of every digest. */
  readonly profile: string;
  /** Looks whether it can work here, and whether it holds: tries to escape from the real profile. Where that succeeds nothing runs any more. */
  inspect(): Promise<SandboxReport>;
  /** Where the workspace of a proposal lies; makes nothing. */
  workspaceOf(proposalId: string): string;
  /** Makes (or finds) the workspace of a proposal, owned by the account that actions run under, mode 0700. Returns its path. */
  prepareWorkspace(proposalId: string): Promise<string>;
  /** Checks a folder that an operator names: no link, owned by the account, traversable. Returns its path. */
  adoptWorkspace(folder: string): Promise<string>;
  /** The exact argv that `run` would execute. */
  commandLine(request: SandboxRequest): readonly string[];
  /**
   * Resolves with the facts, whatever the command did. Aborting `signal` kills it with all its children (reason `cancelled`).
   * Throws JanusError SANDBOX_UNAVAILABLE when nothing was started, and only then.
   */
  run(request: SandboxRequest, signal: AbortSignal): Promise<CommandResult>;
}
