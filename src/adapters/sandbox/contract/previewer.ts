import type { PreviewReport, RehearsedStep } from '../../../domain/action/effect.js';
import type { ExecutionPlan } from '../../../domain/action/plan.js';

/** The parts of a plan that a preview needs. */
export type PreviewSubject = Pick<ExecutionPlan, 'steps' | 'rollback' | 'grants' | 'limits' | 'minimumTier' | 'network'> & {
  /** A folder of an operator that is copied first; absent: an empty workspace, as a new proposal has. */
  readonly workspace?: string;
};

/** A copy that an action with a bound effect runs in before anything of it counts. */
export interface Stage {
  readonly workspace: string;
  /** Digest of what happened in it; undefined where it could not be measured whole. */
  effectOf(steps: readonly Pick<RehearsedStep, 'reason' | 'exitCode'>[]): Promise<string | undefined>;
  /** Whether nothing lies where it would be put. */
  isFree(target: string): Promise<boolean>;
  /** Makes it the workspace, in one step. */
  putInPlace(target: string): Promise<void>;
  /** Removes what was not put in place. */
  discard(): Promise<void>;
}

/** Runs an action on throw-away copies: nothing outside of them changes, and nothing of them stays (spec X7). */
export interface Previewer {
  /**
   * Runs it twice, each time in a copy of its own, rehearses the rollback on what it did, and tells what it would change. Whatever cannot be
   * previewed is an answer with its reason. Throws only when `signal` is aborted.
   */
  preview(subject: PreviewSubject, signal: AbortSignal): Promise<PreviewReport>;
  /** An empty copy for an execution whose effect was bound. */
  stage(): Promise<Stage>;
}
