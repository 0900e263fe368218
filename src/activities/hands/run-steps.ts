import type { Stage } from '../../adapters/sandbox/contract/previewer.js';
import { unmetExpectations } from '../../domain/action/expectation.js';
import type { ExecutionPlan } from '../../domain/action/plan.js';
import type { CommandResult, ExecutionResult } from '../../domain/action/result.js';
import { unmeasured } from '../../domain/action/result.js';
import { hasCode } from '../../domain/errors.js';
import type { Stop } from '../shared/heartbeat.js';
import type { HandsDependencies } from './dependencies.js';
import { haltOf } from './halting.js';
import { sandboxRequest } from './start-request.js';
import { forHistory } from './trimming.js';

/** What ends a run: its workflow, its worker, or the relief valve. */
export interface RunEnds extends Stop {
  readonly relief?: AbortSignal | undefined;
}

/** Runs the steps of a plan, and stops at the first that fails. On a stage nothing counts yet, so the ledger hears of no step before it is put in place. */
export async function runSteps(deps: HandsDependencies, plan: ExecutionPlan, stop: RunEnds, stage?: Stage): Promise<ExecutionResult> {
  const { ledger } = deps;
  const { host } = deps.self;
  const { relief } = stop;
  const signal = relief === undefined ? stop.signal : AbortSignal.any([stop.signal, relief]);
  const isShed = () => relief?.aborted === true && !stop.signal.aborted;
  const steps: CommandResult[] = [];
  /** As an action that failed: it is rolled back. Its last step says why. */
  const failedEarly = (index: number, reason: 'setup-failed' | 'relief-shed', why: string): ExecutionResult => {
    const failed = unmeasured(reason, deps.now().toISOString(), why);
    const problems = [`step ${index + 1}: ${why}`];
    return { state: 'finished', ok: false, host, steps: [...steps, failed], startedSteps: index, problems };
  };
  const stopped = (startedSteps: number): ExecutionResult =>
    stop.isWanted()
      ? { state: 'cancelled', host, steps, startedSteps, why: abortReason(signal) }
      : { state: 'interrupted', host, steps, startedSteps };
  for (const [index, command] of plan.steps.entries()) {
    if (isShed() && index > 0) return failedEarly(index, 'relief-shed', abortReason(signal));
    if (signal.aborted && !isShed()) return stopped(index);
    const before = index === 0 ? undefined : await deps.halting.seen();
    if (before !== undefined) return { state: 'cancelled', host, steps, startedSteps: index, why: before.words, stopped: before.stop };
    let result: CommandResult;
    try {
      const request = await sandboxRequest(deps, plan, command, `step-${index + 1}`);
      if (stage === undefined) await ledger.startStep(plan.proposalId, index);
      const run = (ending: AbortSignal) => deps.sandbox.run({ ...request, ...(stage && { workspace: stage.workspace }) }, ending);
      result = forHistory(await deps.halting.during(signal, run), plan.steps.length);
    } catch (error) {
      if (!hasCode(error, 'SANDBOX_UNAVAILABLE')) throw error;
      if (index > 0) return failedEarly(index, 'setup-failed', error.message);
      const failed = unmeasured('setup-failed', deps.now().toISOString(), error.message);
      return { state: 'not_started', host, code: 'SANDBOX_UNAVAILABLE', why: error.message, steps: [failed] };
    }
    const halted = await haltOf(deps, result);
    if (halted !== undefined) {
      steps.push({ ...result, reason: 'stopped', note: halted.words });
      return { state: 'interrupted', host, steps, startedSteps: index + 1, stopped: halted.stop };
    }
    const wasCut = result.reason === 'cancelled';
    steps.push(wasCut && !stop.isWanted() ? { ...result, reason: isShed() ? 'relief-shed' : 'stopped' } : result);
    if (wasCut && isShed()) return { state: 'finished', ok: false, host, steps, problems: [abortReason(signal)] };
    if (wasCut) return stopped(index + 1);
    const problems = unmetExpectations(command.expect, result);
    if (problems.length > 0) return { state: 'finished', ok: false, host, steps, problems };
    // The last step's result is a part of the whole's, which is written next.
    if (stage === undefined && index < plan.steps.length - 1) await ledger.finishStep(plan.proposalId, index, result);
  }
  return { state: 'finished', ok: true, host, steps, problems: [] };
}

export function abortReason(signal: AbortSignal): string {
  return signal.reason instanceof Error ? signal.reason.message : 'cancelled';
}
