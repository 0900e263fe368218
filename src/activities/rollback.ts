import { ApplicationFailure } from '@temporalio/activity';
import type { RollbackActivities, StartRequest } from '../contract/activities.js';
import { JanusError } from '../domain/errors.js';
import { unmetExpectations } from '../domain/judge.js';
import { rollbackSequence } from '../domain/plan.js';
import type { RollbackResult } from '../domain/result.js';
import { withHeartbeat } from './heartbeat.js';
import type { HandsDependencies } from './hands.js';
import { sandboxRequest, verifyStart } from './hands.js';
import { forHistory } from './trimming.js';

const refused = (why: string): RollbackResult => ({ state: 'refused', why });

/** How many steps were started, if there is anything to undo; the reason otherwise. Never after a success (spec X8). */
async function startedSteps({ ledger, running }: HandsDependencies, proposalId: string, digest: string): Promise<number | string> {
  if (running.has(proposalId)) return 'it is still running';
  const entry = await ledger.read(proposalId);
  if (entry.kind !== 'unclaimed' && (await ledger.digestOf(proposalId)) !== digest) return 'it was started with another digest';
  if (entry.kind === 'interrupted') return entry.startedSteps;
  if (entry.kind !== 'done') return entry.kind === 'unclaimed' ? 'it was never started' : 'it is still running';
  const { result } = entry;
  if (result.state === 'finished') return result.ok ? 'it succeeded' : result.steps.length;
  return result.state === 'cancelled' || result.state === 'interrupted' ? result.startedSteps : 'nothing was started';
}

async function rollBackOnce(
  deps: HandsDependencies,
  request: StartRequest & { index: number },
  signal: AbortSignal,
): Promise<RollbackResult> {
  const { plan, index } = request;
  const { proposalId, digest } = verifyStart(deps, request, false);
  const started = await startedSteps(deps, proposalId, digest);
  if (typeof started === 'string') return refused(started);
  const step = rollbackSequence(plan, started).find((candidate) => candidate.index === index);
  if (step === undefined) return refused(`step ${String(index)} undoes nothing that was started`);
  if (!(await deps.ledger.claimRollback(proposalId, index))) {
    const earlier = await deps.ledger.readRollback(proposalId, index);
    if (earlier.kind === 'done') return earlier.result;
    if (earlier.kind === 'interrupted') return { state: 'interrupted' };
    throw ApplicationFailure.create({ type: 'STILL_RUNNING', message: 'this rollback step is running', nextRetryDelay: '5 seconds' });
  }
  const name = `rollback-${String(index + 1)}`;
  const result = forHistory(await deps.sandbox.run(await sandboxRequest(deps, plan, step.command, name), signal), plan.rollback.length);
  const problems = unmetExpectations(step.command.expect, result);
  return deps.ledger.finishRollback(proposalId, index, { state: 'finished', ok: problems.length === 0, result, problems });
}

/** Needs the permit of the start, but not its freshness: what was started may have to be undone much later. */
export function createRollbackActivities(deps: HandsDependencies): RollbackActivities {
  return {
    rollBackStep: (request) =>
      withHeartbeat(async (signal) => {
        try {
          return await rollBackOnce(deps, request, signal);
        } catch (error) {
          if (error instanceof JanusError && error.code === 'PERMIT_REFUSED') return refused(error.message);
          throw error;
        }
      }),
  };
}
