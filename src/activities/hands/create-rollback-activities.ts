import { ApplicationFailure } from '@temporalio/activity';
import type { RollbackActivities } from '../../contract/hands.js';
import { hasCode } from '../../domain/errors.js';
import { unmetExpectations } from '../../domain/action/expectation.js';
import type { PackedResult } from '../../domain/action/packing.js';
import { packResult } from '../../domain/action/packing.js';
import type { Permit } from '../../domain/action/permit.js';
import type { ExecutionPlan, PlannedCommand } from '../../domain/action/plan.js';
import { rollbackSequence } from '../../domain/action/plan.js';
import type { RollbackResult } from '../../domain/action/result.js';
import { withHeartbeat } from '../shared/heartbeat.js';
import { answered } from './answering.js';
import type { HandsDependencies } from './dependencies.js';
import { assertNotHalted, haltOf } from './halting.js';
import { joinOrStart, rollbackKey } from './under-way.js';
import type { PresentedStart } from './start-request.js';
import { sandboxRequest, underTodaysProfile } from './start-request.js';
import { forHistory } from './trimming.js';

const refused = (why: string): Extract<RollbackResult, { state: 'refused' }> => ({ state: 'refused', why });

/** How many steps were started, if there is anything to undo; the reason otherwise. Never after a success (spec X8). */
async function startedSteps({ ledger, underWay }: HandsDependencies, { proposalId, digest }: Permit): Promise<number | string> {
  if (underWay.actions.has(proposalId)) return 'it is still running';
  const entry = await ledger.read(proposalId);
  if (entry.kind !== 'unclaimed' && (await ledger.claimOf(proposalId))?.digest !== digest) return 'it was started with another digest';
  if (entry.kind === 'interrupted') return entry.startedSteps;
  if (entry.kind !== 'done') return entry.kind === 'unclaimed' ? 'it was never started' : 'it is still running';
  const { result } = entry;
  if (result.state === 'finished' && result.ok) return 'it succeeded';
  if (result.state === 'finished') return 'startedSteps' in result ? result.startedSteps : result.steps.length;
  return result.state === 'cancelled' || result.state === 'interrupted' ? result.startedSteps : 'nothing was started';
}

/**
 * One after the other, and none after one that did not succeed: whoever has copied the permit could ask in any order. It is no answer, which could be
 * shown later, when it is true no more.
 */
async function assertUndone({ ledger }: HandsDependencies, proposalId: string, index: number): Promise<void> {
  const entry = await ledger.readRollback(proposalId, index);
  if (entry.kind === 'done' && entry.result.state === 'finished' && entry.result.ok) return;
  throw ApplicationFailure.create({ type: 'OUT_OF_ORDER', message: `step ${index} of the rollback comes first, and has not succeeded` });
}

async function rollBackOnce(
  deps: HandsDependencies,
  { plan, permit }: PresentedStart,
  index: number,
  signal: AbortSignal,
): Promise<RollbackResult> {
  const { proposalId } = permit;
  const started = await startedSteps(deps, permit);
  if (typeof started === 'string') return refused(started);
  // What a probe found not to have happened is not undone: the permit says how far to go back, and the ledger never further than was started.
  const sequence = rollbackSequence(plan, Math.min(started, permit.steps ?? 0));
  const step = sequence.find((candidate) => candidate.index === index);
  if (step === undefined) return refused(`step ${index} undoes nothing that was started`);
  for (const { index: before } of sequence.slice(0, sequence.indexOf(step))) await assertUndone(deps, proposalId, before);
  return joinOrStart(deps.underWay.rollbacks, rollbackKey(proposalId, index), async () => {
    const isNew = (await deps.ledger.readRollback(proposalId, index)).kind === 'unclaimed';
    if (isNew && plan.rollbackUnderStop !== 'run') await assertNotHalted(deps);
    if (await deps.ledger.claimRollback(proposalId, index)) {
      return deps.ledger.finishRollback(proposalId, index, await undoOrRelease(deps, { plan, ...step }, signal));
    }
    const earlier = await deps.ledger.readRollback(proposalId, index);
    if (earlier.kind === 'done') return earlier.result;
    if (earlier.kind === 'interrupted') return { state: 'interrupted' };
    throw ApplicationFailure.create({ type: 'STILL_RUNNING', message: 'this rollback step is running', nextRetryDelay: '5 seconds' });
  });
}

interface RollbackStep {
  readonly plan: ExecutionPlan;
  readonly index: number;
  readonly command: PlannedCommand;
}

/** Seconds until the next attempt after a set-up that failed: 1 min 15 s in all. An action's own start is not tried again: nobody waits for it. */
const setupRetrySeconds = [5, 10, 20, 40] as const;

/**
 * What could not be set up has undone nothing, and has started nothing: its claim is released, and Temporal tries the activity again after a
 * while. After the last attempt the failure is final, and the rollback has failed.
 */
async function undoOrRelease(deps: HandsDependencies, step: RollbackStep, signal: AbortSignal): Promise<RollbackResult> {
  try {
    return await undo(deps, step, signal);
  } catch (error) {
    if (!hasCode(error, 'SANDBOX_UNAVAILABLE')) throw error;
    const release = { why: error.message, max: setupRetrySeconds.length };
    const failures = await deps.ledger.releaseRollback(step.plan.proposalId, step.index, release);
    const seconds = failures === undefined ? undefined : setupRetrySeconds[failures - 1];
    if (seconds === undefined)
      return {
        ...refused(`its sandbox could not be set up in ${setupRetrySeconds.length + 1} attempts: ${error.message}`),
        reason: 'setup-failed',
      };
    throw ApplicationFailure.create({
      type: 'SETUP_FAILED',
      message: `the sandbox could not be set up (${failures}): ${error.message}`,
      nextRetryDelay: `${seconds} seconds` as const,
    });
  }
}

async function undo(deps: HandsDependencies, { plan, index, command }: RollbackStep, signal: AbortSignal): Promise<RollbackResult> {
  const request = await sandboxRequest(deps, plan, command, `rollback-${index + 1}`);
  const facts = await (plan.rollbackUnderStop === 'run'
    ? deps.spare(request.workspace, () => deps.sandbox.run(request, signal))
    : deps.halting.during(signal, (ending) => deps.sandbox.run(request, ending)));
  const result = underTodaysProfile(deps, plan, forHistory(facts, plan.rollback.length));
  const halted = await haltOf(deps, result);
  if (halted !== undefined)
    return { state: 'finished', ok: false, result: { ...result, reason: 'stopped', note: halted.words }, problems: [halted.words] };
  const problems = unmetExpectations(command.expect, result);
  return { state: 'finished', ok: problems.length === 0, result, problems };
}

function packed(result: RollbackResult): RollbackResult<PackedResult> {
  return result.state === 'finished' ? { ...result, result: packResult(result.result) } : result;
}

/** Needs a permit of its own, signed after the verdict, but not its freshness: what was started may have to be undone much later. */
export function createRollbackActivities(deps: HandsDependencies): RollbackActivities {
  return {
    rollBackStep: (request) =>
      withHeartbeat(({ signal }) =>
        answered<RollbackResult<PackedResult>>(deps, request, {
          act: 'rollback',
          purpose: 'rollback',
          work: async (start) => packed(await rollBackOnce(deps, start, request.index, signal)),
          refused,
        }),
      ),
  };
}
