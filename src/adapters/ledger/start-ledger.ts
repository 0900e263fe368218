import type { CommandResult, ExecutionResult, ProbeResult, RollbackResult } from '../../domain/action/result.js';

/** What is known about one action after any number of crashes. */
export type LedgerEntry =
  /** Claimed by another live process: it is running right now. What this process runs itself, it knows; ask that first. */
  | { readonly kind: 'running'; readonly startedSteps: number }
  /** Claimed by a process that is gone, or by this one before it failed; without a result. */
  | {
      readonly kind: 'interrupted';
      readonly startedSteps: number;
      readonly steps: readonly CommandResult[];
      /** When the last step was started, where that can be read. */
      readonly lostSince?: string;
    }
  | { readonly kind: 'done'; readonly result: ExecutionResult }
  | { readonly kind: 'unclaimed' };

/** What a claim was made with. */
export interface ClaimFacts {
  readonly digest: string;
  /** `permitDigest` */
  readonly permit: string;
  /** ISO 8601 */
  readonly at: string;
}

/**
 * At most once (spec X5): a start is durable before the process exists, its result before it is reported. Lies outside the workspaces.
 * Every write is exclusive create or write-temp + rename, with fsync of file and folder.
 */
export interface StartLedger {
  read(proposalId: string): Promise<LedgerEntry>;
  /** Exclusive: true for exactly one caller on this host, ever. Durable when it returns. */
  claim(proposalId: string, by: Omit<ClaimFacts, 'at'>): Promise<boolean>;
  /** Undefined where there is no claim, or none that can be read. */
  claimOf(proposalId: string): Promise<ClaimFacts | undefined>;
  /** Nothing is ever claimed under this permit again, by whoever has not yet. Durable when it returns. */
  voidPermit(proposalId: string, permit: string): Promise<void>;
  isVoid(proposalId: string, permit: string): Promise<boolean>;
  /** Durable before step `step` (from 0) is started. */
  startStep(proposalId: string, step: number): Promise<void>;
  finishStep(proposalId: string, step: number, result: CommandResult): Promise<void>;
  /** The action's final word; the first one stays. */
  finish(proposalId: string, result: ExecutionResult): Promise<ExecutionResult>;
  /** Once for each permit: true for exactly one caller. */
  claimProbe(proposalId: string, permit: string): Promise<boolean>;
  finishProbe(proposalId: string, permit: string, result: ProbeResult): Promise<ProbeResult>;
  /** Undefined where it was claimed and left no result. */
  readProbe(proposalId: string, permit: string): Promise<ProbeResult | undefined>;
  /** Rollback steps have entries of their own, each at most once. */
  claimRollback(proposalId: string, index: number): Promise<boolean>;
  readRollback(
    proposalId: string,
    index: number,
  ): Promise<{ kind: 'unclaimed' | 'running' | 'interrupted' } | { kind: 'done'; result: RollbackResult }>;
  /** Which rollback steps have an entry: one look at the folder, for whoever looks at many actions. */
  rollbacksOf(proposalId: string): Promise<readonly number[]>;
  /**
   * The claim came to nothing, because no process was ever started under it: the step may be claimed again. Durable when it returns; answers
   * how often that has been so, or undefined where it had been so `max` times: then the claim stays. Only for whoever holds the claim.
   */
  releaseRollback(proposalId: string, index: number, release: { readonly why: string; readonly max: number }): Promise<number | undefined>;
  /** Notes that nobody comes back to an interrupted action: its workflow has ended. The first note stays; durable when it returns. */
  settle(proposalId: string, at: string): Promise<void>;
  /** When that was noted; undefined where it was not, or cannot be read. */
  settledAt(proposalId: string): Promise<string | undefined>;
  finishRollback(proposalId: string, index: number, result: RollbackResult): Promise<RollbackResult>;
}
