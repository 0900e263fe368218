import type { PreviewReport } from '../../domain/effect.js';
import type { ExecutionPlan } from '../../domain/plan.js';

/** The parts of a plan that a preview needs. */
export type PreviewSubject = Pick<ExecutionPlan, 'steps' | 'rollback' | 'grants' | 'limits' | 'network'> & {
  /** A folder of an operator that is copied first; absent: an empty workspace, as a new proposal has. */
  readonly workspace?: string;
};

/** Runs an action on throw-away copies: nothing outside of them changes, and nothing of them stays (spec X7). */
export interface Previewer {
  /**
   * Runs it twice, each time in a copy of its own, rehearses the rollback on what it did, and tells what it would change. Whatever cannot be
   * previewed is an answer with its reason. Throws only when `signal` is aborted.
   */
  preview(subject: PreviewSubject, signal: AbortSignal): Promise<PreviewReport>;
}
