import type { ApprovalTerms } from '../approval/terms.js';
import type { Limits } from './limits.js';
import type { Expectation, RiskLevel } from './proposal.js';
import type { TierName } from './tier.js';

/** One process, exactly as it will be started: no shell, no search path, nothing left to resolve. */
export interface PlannedCommand {
  readonly tool: string;
  /** Real path of the program. */
  readonly path: string;
  /** Everything after the program's name. */
  readonly args: readonly string[];
  readonly stdin?: string;
  /** Gets the network of the plan; absent: it gets none. */
  readonly online?: true;
  readonly expect?: Expectation;
}

export interface PlannedRollback extends PlannedCommand {
  /** Index of the step that it undoes; absent: it undoes the whole action. */
  readonly undoes?: number;
}

export interface Grant {
  readonly name: string;
  readonly path: string;
  readonly writable: boolean;
}

/** All that will run (spec P5). Its digest is what people approve, what the brain permits and what hands recompute. */
export interface ExecutionPlan {
  readonly vessel: string;
  readonly proposalId: string;
  readonly risk: RiskLevel;
  readonly steps: readonly PlannedCommand[];
  /** In listed order; `rollbackSequence` decides what runs and in which order. */
  readonly rollback: readonly PlannedRollback[];
  readonly probe?: PlannedCommand;
  /** Domains that the egress proxy lets through, for the commands that are `online`; empty: no network at all. */
  readonly network: readonly string[];
  readonly grants: readonly Grant[];
  /** Tools among its commands whose doings cannot be undone; absent: there are none. */
  readonly irreversible?: readonly string[];
  /** Per command, not in total: each command gets them anew. */
  readonly limits: Limits;
  /** Nothing runs where the machine offers less to enforce them. */
  readonly minimumTier?: TierName;
  /** Name and hash of the sandbox profile: mounts, namespaces, environment names. */
  readonly profile: string;
  readonly dryRun: boolean;
  /** Digest of the effect that two previews agreed on: it runs on a copy, which is put in place only if it has this effect. */
  readonly effect?: string;
  /** Under an emergency stop that ended it it is rolled back at once; absent: when the stop is lifted. */
  readonly rollbackUnderStop?: 'run';
  /** Who has to approve it, frozen at review (spec A4). */
  readonly approval: ApprovalTerms;
}

/** What has to be undone when steps 0 to `startedSteps - 1` were started: the last step's first, then the whole (spec X8). */
export function rollbackSequence(
  plan: Pick<ExecutionPlan, 'rollback'>,
  startedSteps: number,
): { readonly index: number; readonly command: PlannedRollback }[] {
  const indexed = plan.rollback.map((command, index) => ({ index, command }));
  const ofSteps = indexed.filter(({ command }) => command.undoes !== undefined && command.undoes < startedSteps);
  ofSteps.sort((a, b) => (b.command.undoes ?? 0) - (a.command.undoes ?? 0) || a.index - b.index);
  return startedSteps === 0 ? [] : [...ofSteps, ...indexed.filter(({ command }) => command.undoes === undefined)];
}

/** Whether what a stop ended is undone while that stands: where its plan says so, and there is something that undoes it. */
export const isUndoneUnderStop = (plan: Pick<ExecutionPlan, 'rollback' | 'rollbackUnderStop'>, startedSteps: number): boolean =>
  plan.rollbackUnderStop === 'run' && rollbackSequence(plan, startedSteps).length > 0;
