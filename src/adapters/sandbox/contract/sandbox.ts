import type { Limits } from '../../../domain/action/limits.js';
import type { Grant, PlannedCommand } from '../../../domain/action/plan.js';
import type { CommandResult } from '../../../domain/action/result.js';
import type { TierName } from '../../../domain/action/tier.js';

/** A granted folder that is shown through an overlay: what is written goes to `upper`, and the grant itself stays as it is. */
export interface Overlay {
  readonly grant: Grant;
  readonly index: number;
  readonly upper: string;
}

export interface SandboxRequest {
  readonly command: PlannedCommand;
  /** Absolute host path of the action's workspace; made by `prepareWorkspace`. */
  readonly workspace: string;
  readonly limits: Limits;
  /** Domains that the egress proxy lets through; anything but empty is refused where there is no egress process. */
  readonly network: readonly string[];
  readonly grants: readonly Grant[];
  /** Refused where the machine offers less. */
  readonly minimumTier?: TierName;
  /** Where the full output goes, out of the tool's reach: prefix of two file names, `.stdout` and `.stderr`. */
  readonly outputPrefix: string;
  /** Previews only: writable granted folders are shown through overlays, so that the folders themselves stay as they are. */
  readonly overlays?: { readonly scratch: string; readonly list: readonly Overlay[] };
  /** Previews only: what is shown instead of a granted path, by that path. */
  readonly standIns?: ReadonlyMap<string, string>;
  /** Probes only: the workspace and every granted folder can be read, and nothing else. */
  readonly readOnly?: true;
  /** Previews only: the command waits until the counters of its network are held, and its result says what it tried to reach. */
  readonly observesNetwork?: boolean;
  /** Operators only: what is read there goes to the command as it comes; instead of `command.stdin`. */
  readonly input?: NodeJS.ReadableStream;
  /** Operators only: hears the output as it comes, as far as the limit allows it. */
  readonly onOutput?: (stream: 'stdout' | 'stderr', chunk: Buffer) => void;
  /** Self-test only: how long the first process may live on when the command has ended; absent: a second. */
  readonly graceMilliseconds?: number;
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
  /** Which means enforce the quotas on this machine: "cgroup-v1: the kernel limits ...". */
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
  /** The worker's folder for what the commands of a proposal print; made by `prepareWorkspace`. */
  outputsOf(proposalId: string): string;
  /** Makes (or finds) the workspace of a proposal, owned by the account that actions run under, mode 0700. Returns its path. */
  prepareWorkspace(proposalId: string): Promise<string>;
  /** Checks a folder that an operator names: no link, owned by the account, traversable. Returns its path. */
  adoptWorkspace(folder: string): Promise<string>;
  /** The exact argv that `run` would execute. */
  commandLine(request: SandboxRequest): readonly string[];
  /**
   * Resolves with the facts, whatever the command did, once nothing of it is alive (spec X12). Aborting `signal` kills it with all its children
   * (reason `cancelled`).
   * Throws JanusError SANDBOX_UNAVAILABLE when nothing was started, and only then.
   */
  run(request: SandboxRequest, signal: AbortSignal): Promise<CommandResult>;
}
