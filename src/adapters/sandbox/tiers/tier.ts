import type { Limits } from '../../../domain/action/limits.js';
import type { TierName } from '../../../domain/action/tier.js';
import type { Account } from '../profile/account.js';
import type { Usage } from '../contract/usage.js';

/** What holds one action while it runs. Made for each action, closed when nothing of it is left. */
export interface Leaf {
  /** Stands before bwrap's own argv: a program that enters the leaf, then becomes bwrap. Empty where nothing is to be entered. */
  readonly prefix: readonly string[];
  /** The account that the first program is started under; undefined: as the worker, and the prefix changes it. */
  readonly startAs: Pick<Account, 'uid' | 'gid'> | undefined;
  /** Once, before anything of the command runs: the first process inside, while it is still in the namespaces that bwrap began in. Never throws. */
  begin?(initPid: number): void;
  /** What the action whose first process is `pid` uses. Cheap: called every few tens of milliseconds. */
  usage(pid: number): Partial<Usage>;
  /** CPU time so far as the kernel counts it, in its own unit, to the microsecond at least: while it stands still nothing else of `usage` moves. */
  ran?(): number;
  /** MB that its processes hold at this moment, by one small reading; absent where only `usage` tells, and tells the most so far. */
  heldMb?(): number;
  /** What lies there still when nothing of the action is left. */
  last?(): Promise<Partial<Usage>>;
  /** SIGKILL for whatever is in it; bwrap is killed besides. */
  kill(): void;
  /** After the last process has ended. */
  close(): Promise<void>;
}

export interface LeafRequest {
  readonly limits: Limits;
  readonly account: Account;
  /** Device of the workspace, to tell its unlinked files from others. */
  readonly workspaceDevice: number;
}

/** A means of holding actions to their quotas. */
export interface Tier {
  readonly name: TierName;
  /** A sentence for `ubos doctor`. */
  readonly enforces: string;
  /** Whether it holds an action to its share of the CPU. */
  readonly holdsCpuShare: boolean;
  enter(request: LeafRequest): Leaf;
}
