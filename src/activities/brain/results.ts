import type { AnswerRequest, BrainActivities, ResultRequest } from '../../contract/activities.js';
import type { AnswerRefused, ProbeRecorded, ResultRecorded } from '../../contract/answers.js';
import { runEvents, trailEvent } from '../../domain/trail/events.js';
import type { Receipt } from '../../domain/trail/logs.js';
import { checkOutcome } from '../../domain/action/expectation.js';
import type { PackedResult } from '../../domain/action/packing.js';
import { unpackResult } from '../../domain/action/packing.js';
import type { SignedPermit } from '../../domain/action/permit.js';
import { isUndoneUnderStop, rollbackSequence } from '../../domain/action/plan.js';
import type { ClosedStart, CommandResult, ExecutionResult } from '../../domain/action/result.js';
import { shorten } from '../../domain/text/visible.js';
import { refusalOf } from './answers.js';
import { about } from './assess.js';
import { noteAttempt } from './attempts.js';
import type { BrainDependencies } from './dependencies.js';
import { issuePermit } from './permits.js';
import { recordToolUse } from './tool-use.js';

type ProbeRequest = Parameters<BrainActivities['recordProbe']>[0];
type RollbackRequest = Parameters<BrainActivities['recordRollback']>[0];

const refused = (why: string): AnswerRefused => ({ kind: 'refused', why });

function unpacked(result: ExecutionResult<PackedResult>): ExecutionResult {
  return 'steps' in result ? { ...result, steps: result.steps.map(unpackResult) } : result;
}

const ranSteps = (result: ExecutionResult): readonly CommandResult[] => ('steps' in result ? result.steps : []);

/** How many steps have to be undone where there is something that does it; 0: none. */
function stepsToUndo(result: ExecutionResult): number {
  if (result.state === 'cancelled' || result.state === 'interrupted') return result.startedSteps;
  if (result.state !== 'finished') return 0;
  return 'startedSteps' in result ? result.startedSteps : result.steps.length;
}

type Recorded = { readonly recordId: string; readonly receipt: Receipt };

/** Signed after the verdict, for so many steps; undefined where nothing is planned that would undo them. */
async function rollbackPermit(
  deps: BrainDependencies,
  { identity, plan, digest }: Pick<ResultRequest, 'identity' | 'plan' | 'digest'>,
  steps: number,
  recorded: Recorded,
): Promise<{ readonly rollback?: SignedPermit }> {
  if (rollbackSequence(plan, steps).length === 0) return {};
  const request = { plan, firstRunId: identity.firstRunId, digest, purpose: 'rollback' as const, steps, ...recorded };
  return { rollback: (await issuePermit(deps, request)).permit };
}

/**
 * Verifies that hands said it; then writes what ran, and whether it did what it should. What may follow, probe or rollback, gets a permit of its own.
 * Where nothing ran there is nothing to write: the end of the proposal says so.
 */
export async function recordResult(deps: BrainDependencies, request: ResultRequest): Promise<ResultRecorded | AnswerRefused> {
  const why = refusalOf(deps, request, request.act);
  if (why !== undefined) return refused(why);
  const { identity, document, plan, digest, decidedBy } = request;
  const result = unpacked(request.answer.answer);
  const id = identity.workflowId;
  const problems = checkOutcome(plan, result).slice(0, 20);
  const ok = problems.length === 0;
  if (result.state === 'not_started' && result.code === 'PERMIT_REFUSED')
    await noteAttempt(deps, { kind: 'permit', proposalId: id, summary: `hands refused what they were shown: ${result.why}` });
  if (result.state === 'not_started' || result.state === 'dry_run') return { kind: 'verified', ok, problems };
  const steps = ranSteps(result);
  for (const [index, facts] of steps.entries()) {
    const command = plan.steps[index];
    if (command !== undefined) await recordToolUse(deps, { id, name: `tool/${index}`, command, result: facts });
  }
  const last = steps.at(-1);
  const stop = 'stopped' in result ? result.stopped : undefined;
  const isOpen = result.state === 'interrupted' || stop !== undefined;
  const recordId = `${id}/result`;
  const receipt = await deps.trail.append('proposals', {
    id: recordId,
    eventType: runEvents[ok ? 'completed' : isOpen ? 'interrupted' : 'failed'],
    actionId: id,
    summary: ok ? 'every check passed' : shorten(problems.join('; '), 400),
    data: {
      ...about(document),
      status: ok ? 'completed' : stop === undefined ? 'executing' : 'indeterminate',
      ...(stop !== undefined && { reason: 'stopped', stop }),
      digest,
      host: result.host,
      approved_by: decidedBy,
      exit_status: last?.exitCode ?? null,
      started_at: steps[0]?.startedAt ?? null,
      ended_at: last?.endedAt ?? null,
    },
  });
  if (ok) return { kind: 'recorded', ok, problems };
  const started = stepsToUndo(result);
  const isProbed = stop === undefined || !isUndoneUnderStop(plan, started);
  if (result.state === 'interrupted' && plan.probe !== undefined && started > 0 && isProbed) {
    const probing = { plan, firstRunId: identity.firstRunId, digest, recordId, receipt, purpose: 'probe' as const };
    return { kind: 'recorded', ok, problems, probe: (await issuePermit(deps, probing)).permit };
  }
  return { kind: 'recorded', ok, problems, ...(await rollbackPermit(deps, request, started, { recordId, receipt })) };
}

/** Of a start that hands were asked to close. */
export function verifyClosed(deps: BrainDependencies, request: AnswerRequest<ClosedStart>): { readonly kind: 'verified' } | AnswerRefused {
  const why = refusalOf(deps, request, 'close');
  return why === undefined ? { kind: 'verified' } : refused(why);
}

/** What the probe found; where something is left to undo, with the permit for that. */
export async function recordProbe(deps: BrainDependencies, request: ProbeRequest): Promise<ProbeRecorded | AnswerRefused> {
  const why = refusalOf(deps, request, 'probe');
  if (why !== undefined) return refused(why);
  const { identity, document, plan, digest, startedSteps, answer } = request;
  const { verdict, result, why: reason } = answer.answer;
  const id = identity.workflowId;
  if (plan.probe !== undefined && result !== undefined)
    await recordToolUse(deps, { id, name: 'probe', command: plan.probe, result: unpackResult(result) });
  const recordId = `${id}/probe`;
  const receipt = await deps.trail.append('proposals', {
    id: recordId,
    eventType: trailEvent.actionProbed,
    actionId: id,
    summary: shorten(`its probe says: ${verdict}${reason === undefined ? '' : ` (${reason})`}`, 400),
    data: { ...about(document), status: 'executing', digest, host: deps.self.host, verdict },
  });
  if (verdict === 'happened') return { kind: 'recorded', verdict };
  // The step in flight did not happen; those before it did.
  const steps = verdict === 'did_not_happen' ? startedSteps - 1 : startedSteps;
  return { kind: 'recorded', verdict, ...(await rollbackPermit(deps, request, steps, { recordId, receipt })) };
}

/** What one step of a rollback ran. */
export async function recordRollback(
  deps: BrainDependencies,
  request: RollbackRequest,
): Promise<{ readonly kind: 'recorded' } | AnswerRefused> {
  const why = refusalOf(deps, request, 'rollback');
  if (why !== undefined) return refused(why);
  const { identity, plan, index, answer } = request;
  const command = plan.rollback[index];
  if (command !== undefined && answer.answer.state === 'finished') {
    const result = unpackResult(answer.answer.result);
    await recordToolUse(deps, { id: identity.workflowId, name: `rollback/${index}`, command, result });
  }
  return { kind: 'recorded' };
}
