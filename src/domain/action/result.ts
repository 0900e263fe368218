import type { TierName } from './tier.js';
import type { AttemptedConnections, NetworkUse } from './connection.js';

/**
 * Why a command ended (spec X3, X6). `tampered`: it took over the first process of its sandbox, which lived on until it was killed; `cancelled`: its workflow, or an operator, wanted that; `stopped`: its worker was told to stop;
 * `relief-shed`: the relief valve ended it, because memory was short; `worker-lost`: its worker died; `setup-failed`: it never ran, because the sandbox could not be set up.
 */
export const terminationReasons = [
  'exit',
  'signal',
  'cpu',
  'wall',
  'memory',
  'pids',
  'disk',
  'inodes',
  'output',
  'egress',
  'tampered',
  'cancelled',
  'stopped',
  'relief-shed',
  'worker-lost',
  'setup-failed',
] as const;
export type TerminationReason = (typeof terminationReasons)[number];

/** The first place of a text that `expect` names. */
export interface FoundText {
  readonly text: string;
  /** Counted from 1; of its first character. */
  readonly line: number;
  /** That line, or what is around the text in a long one. */
  readonly excerpt: string;
}

/** The beginning of an output; the full text lies in the workspace up to the output limit. */
export interface CapturedOutput {
  readonly text: string;
  readonly bytes: number;
  /** Over all bytes that were read. */
  readonly sha256: string;
  readonly truncated: boolean;
  /** In all bytes that were written, not only in `text`; absent where nobody asked for a text. */
  readonly found?: readonly FoundText[];
}

/** SHA-256 of nothing. */
const emptySha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
export const emptyOutput: CapturedOutput = { text: '', bytes: 0, sha256: emptySha256, truncated: false };

/** What hands measured about the files that `expect` names. */
export interface FileFact {
  readonly path: string;
  readonly exists: boolean;
  readonly sha256?: string;
}

/** The facts about one finished command. Checked against what was expected, by hands and brain alike. */
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
  /** In previews only, which have no proxy: what it tried to reach. */
  readonly attemptedConnections?: AttemptedConnections;
  readonly files: readonly FileFact[];
  /** A sentence for people where the reason alone does not say it. */
  readonly note?: string;
}

/** Of a command that nobody measured: each figure is 0 because none is known. `at` is when it was started, as far as anybody knows. */
export function unmeasured(reason: 'worker-lost' | 'setup-failed' | 'relief-shed', at: string, note: string): CommandResult {
  return {
    reason,
    exitCode: null,
    signal: null,
    stdout: emptyOutput,
    stderr: emptyOutput,
    startedAt: at,
    endedAt: at,
    wallSeconds: 0,
    cpuSeconds: 0,
    peakMemoryMb: 0,
    bytesWritten: 0,
    connections: 0,
    files: [],
    note,
  };
}

/** What the start ledger knows of an action. */
export type ExecutionResult<Facts = CommandResult> = Run<Facts> & {
  /** ISO 8601: it was started then, under another permit than the one that asks. Only where a server was put back to before that. */
  readonly ranBefore?: string;
};

type Run<Facts> =
  /** Ran to an end; `ok` says whether every step met what it expected. */
  | {
      readonly state: 'finished';
      readonly ok: boolean;
      readonly host: string;
      readonly steps: readonly Facts[];
      readonly problems: readonly string[];
    }
  /** A later step was not started: the last of `steps` says why (`setup-failed`, `relief-shed`), and does not count as one of the `startedSteps`. */
  | {
      readonly state: 'finished';
      readonly ok: false;
      readonly host: string;
      readonly steps: readonly Facts[];
      readonly startedSteps: number;
      readonly problems: readonly string[];
    }
  /** Somebody stopped it (cancellation, terminate, emergency stop) while it ran or before its next step. */
  | {
      readonly state: 'cancelled';
      readonly host: string;
      readonly steps: readonly Facts[];
      readonly startedSteps: number;
      readonly why: string;
      /** Id of the emergency stop that it was, before the next step. */
      readonly stopped?: string;
    }
  /**
   * Started, and its worker died before a result: never run again. `startedSteps` counts the one in flight, whose result is `worker-lost`, or
   * `stopped` where its worker could still say so. `stopped` is the id of the emergency stop that ended it, where one did.
   */
  | {
      readonly state: 'interrupted';
      readonly host: string;
      readonly steps: readonly Facts[];
      readonly startedSteps: number;
      readonly stopped?: string;
    }
  /**
   * No process was started, and none ever will be under this permit; but for `PERMIT_REFUSED`, which says of what was presented only that it
   * was not enough.
   */
  | { readonly state: 'not_started'; readonly host: string; readonly code: string; readonly why: string }
  /** The same, because the sandbox could not be set up: one step, `setup-failed`. */
  | {
      readonly state: 'not_started';
      readonly host: string;
      readonly code: 'SANDBOX_UNAVAILABLE';
      readonly why: string;
      readonly steps: readonly Facts[];
    }
  /** It ran on a copy and had another effect than the one that was approved: nothing was put in place. */
  | { readonly state: 'other_effect'; readonly host: string; readonly steps: readonly Facts[]; readonly why: string }
  /** The exact command lines that would have run (spec X7). */
  | { readonly state: 'dry_run'; readonly host: string; readonly commandLines: readonly (readonly string[])[] };

/** Nothing was started under this permit, and nothing ever will be; or something was. */
export type ClosedStart = { readonly state: 'closed' | 'started' } | { readonly state: 'refused'; readonly why: string };

/** Exit 0: it happened; exit 1: it did not; anything else settles nothing (spec X9). */
export interface ProbeResult<Facts = CommandResult> {
  readonly verdict: 'happened' | 'did_not_happen' | 'unknown';
  readonly why?: string;
  /** Absent where it did not run. */
  readonly result?: Facts;
}

export type RollbackResult<Facts = CommandResult> =
  | { readonly state: 'finished'; readonly ok: boolean; readonly result: Facts; readonly problems: readonly string[] }
  | { readonly state: 'interrupted' }
  /** Nothing ran. `setup-failed`: its sandbox could not be set up, as often as that was tried. */
  | { readonly state: 'refused'; readonly why: string; readonly reason?: 'setup-failed' };
