import type { Stage } from '../../adapters/sandbox/contract/previewer.js';
import { hasCode } from '../../domain/errors.js';
import type { ExecutionPlan } from '../../domain/action/plan.js';
import type { ExecutionResult } from '../../domain/action/result.js';
import { unmeasured } from '../../domain/action/result.js';
import type { HandsDependencies } from './dependencies.js';

type Finished = Extract<ExecutionResult, { state: 'finished' }>;

/** The effect that was approved, put in place in one recorded step; anything else leaves everything as it was. */
async function putInPlace(deps: HandsDependencies, plan: ExecutionPlan, stage: Stage, result: Finished): Promise<ExecutionResult> {
  const { host, steps } = result;
  const other = (why: string): ExecutionResult => ({ state: 'other_effect', host, steps, why: `${why}: nothing was put in place` });
  const ends = steps.map(({ reason, exitCode }) => ({ reason, exitCode }));
  if (!result.ok) return other(`it did not succeed, as it had in the preview (${result.problems.join('; ').slice(0, 300)})`);
  const effect = await stage.effectOf(ends);
  if (effect !== plan.effect) return other('it had another effect than the one that was approved');
  const target = await deps.sandbox.prepareWorkspace(plan.proposalId);
  if (!(await stage.isFree(target))) return other('its workspace is not empty any more');
  // From here on it counts: who comes after a crash finds steps that were started, and settles them as ever.
  for (const index of plan.steps.keys()) await deps.ledger.startStep(plan.proposalId, index);
  await stage.putInPlace(target);
  return result;
}

/**
 * Runs a plan; with a bound effect on a copy, which becomes the workspace only if it has this effect. What is stopped on the copy has started
 * nothing: there is nothing to undo.
 */
export async function runBound(
  deps: HandsDependencies,
  plan: ExecutionPlan,
  runSteps: (stage?: Stage) => Promise<ExecutionResult>,
): Promise<ExecutionResult> {
  if (plan.effect === undefined) return runSteps();
  let stage: Stage;
  try {
    stage = await deps.previewer.stage();
  } catch (error) {
    if (!hasCode(error, 'SANDBOX_UNAVAILABLE')) throw error;
    const failed = unmeasured('setup-failed', deps.now().toISOString(), error.message);
    return { state: 'not_started', host: deps.self.host, code: 'SANDBOX_UNAVAILABLE', why: error.message, steps: [failed] };
  }
  try {
    const result = await runSteps(stage);
    if (result.state === 'finished') return await putInPlace(deps, plan, stage, result);
    return 'startedSteps' in result ? { ...result, startedSteps: 0 } : result;
  } finally {
    // What happened has happened: a folder that stays behind is swept later, and must not take the result with it.
    await stage.discard().catch(() => undefined);
  }
}
