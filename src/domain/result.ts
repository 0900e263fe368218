import type { TierName } from './tier.js';
import type { NetworkUse } from './connection.js';

/** Why a command ended (spec X3, X6). */
export type TerminationReason =
  | 'exit'
  | 'signal'
  | 'cpu'
  | 'wall'
  | 'memory'
  | 'pids'
  | 'disk'
  | 'inodes'
  | 'output'
  | 'egress'
  | 'cancelled'
  | 'stopped'
  | 'worker-lost'
  | 'setup-failed';

/** The beginning of an output; the full text lies in the workspace up to the output limit. */
export interface CapturedOutput {
  readonly text: string;
  readonly bytes: number;
  /** Over all bytes that were read. */
  readonly sha256: string;
  readonly truncated: boolean;
}

/** What hands measured about the files that `expect` names. */
export interface FileFact {
  readonly path: string;
  readonly exists: boolean;
  readonly sha256?: string;
}

/** The facts about one finished command. Judged by `unmetExpectations`, by hands and brain alike. */
export interface CommandResult {
  readonly reason: TerminationReason;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stdout: CapturedOutput;
  readonly stderr: CapturedOutput;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly peakMemoryMb: number;
  readonly bytesWritten: number;
  /** At one time, threads counted each. */
  readonly peakProcesses?: number;
  /** Names in the workspace that were not there before. */
  readonly inodes?: number;
  /** What held it to its quotas. */
  readonly tier?: TierName;
  /** Attempts to use the network, refused ones included. */
  readonly connections: number;
  /** What went through the egress proxy; absent where nothing was tried. */
  readonly network?: NetworkUse;
  readonly files: readonly FileFact[];
  /** A sentence for people where the reason alone does not say it. */
  readonly note?: string;
}

/** What the start ledger knows of an action. */
export type ExecutionResult<Facts = CommandResult> =
  /** Ran to an end; `ok` says whether every step met what it expected. */
  | {
      readonly state: 'finished';
      readonly ok: boolean;
      readonly host: string;
      readonly steps: readonly Facts[];
      readonly problems: readonly string[];
    }
  /** Somebody stopped it (cancellation, terminate, emergency stop) while it ran or before its next step. */
  | {
      readonly state: 'cancelled';
      readonly host: string;
      readonly steps: readonly Facts[];
      readonly startedSteps: number;
      readonly why: string;
    }
  /** Started, and its worker died before a result: never run again. `startedSteps` counts the one in flight. */
  | { readonly state: 'interrupted'; readonly host: string; readonly steps: readonly Facts[]; readonly startedSteps: number }
  /** No process was started, and none ever will be under this permit. */
  | { readonly state: 'not_started'; readonly host: string; readonly code: string; readonly why: string }
  /** It ran on a copy and had another effect than the one that was approved: nothing was put in place. */
  | { readonly state: 'other_effect'; readonly host: string; readonly steps: readonly Facts[]; readonly why: string }
  /** The exact command lines that would have run (spec X7). */
  | { readonly state: 'dry_run'; readonly host: string; readonly commandLines: readonly (readonly string[])[] };

export type RollbackResult<Facts = CommandResult> =
  | { readonly state: 'finished'; readonly ok: boolean; readonly result: Facts; readonly problems: readonly string[] }
  | { readonly state: 'interrupted' }
  | { readonly state: 'refused'; readonly why: string };
