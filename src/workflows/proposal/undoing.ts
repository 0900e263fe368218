import { proxyActivities } from '@temporalio/workflow';
import type { RollbackActivities } from '../../contract/hands.js';
import { queues } from '../../contract/names.js';
import type { PlannedRollback } from '../../domain/action/plan.js';
import { rollbackSequence } from '../../domain/action/plan.js';
import type { SignedPermit } from '../../domain/action/permit.js';
import type { PackedResult } from '../../domain/action/packing.js';
import { unpackResult } from '../../domain/action/packing.js';
import type { RollbackResult } from '../../domain/action/result.js';
import type { Resolution } from './attending.js';
import { visible } from '../../domain/text/visible.js';
import { brain, untilRecorded } from '../recording.js';
import { isResolution } from './attending.js';
import { aboutPermit, untilBelieved } from './believing.js';
import type { Authorised } from './executing.js';
import { awaitResolution } from './executing.js';
import type { ProposalState } from './state.js';
import { noteRollback } from './state.js';

export interface UndoneStep {
  readonly index: number;
  readonly state: RollbackResult['state'];
  readonly ok: boolean;
}

export interface Undoing {
  readonly ok: boolean;
  readonly steps: readonly UndoneStep[];
}

function unpacked(result: RollbackResult<PackedResult>): RollbackResult {
  return result.state === 'finished' ? { ...result, result: unpackResult(result.result) } : result;
}

function describeRollback(result: RollbackResult): string {
  if (result.state === 'finished') return result.ok ? 'done' : result.problems.join('; ');
  return result.state === 'refused' ? `refused: ${result.why}` : 'interrupted: it may or may not have happened';
}

/** Ended by an emergency stop in the middle: as at most once is all that a step runs, nobody but a human can say how far it came. */
const wasStopped = (result: RollbackResult): boolean => result.state === 'finished' && result.result.reason === 'stopped';

/**
 * Undoes what was started, the last step first (spec X8), as far as the permit says. Stops at the first step that does not succeed: what the later
 * ones would do to a state that nobody foresaw is for a human to say. While its host is away a human may settle it; what an emergency stop ended
 * stays open until one does.
 */
export async function rollBack(
  state: ProposalState,
  { host, plan, start }: Authorised,
  permit: SignedPermit,
): Promise<Undoing | Resolution> {
  const steps: UndoneStep[] = [];
  for (const { index, command } of rollbackSequence(plan, permit.steps ?? 0)) {
    const activities = rollbackActivities(host, plan.vessel, plan.limits.wallSeconds, command);
    const believed = await untilBelieved(state, {
      act: 'rollback',
      ask: () => activities.rollBackStep({ permit, plan: start.plan, index }),
      record: (answer) => untilRecorded(() => brain.recordRollback({ ...aboutPermit(state, permit), answer, index })),
    });
    if (isResolution(believed)) return believed;
    const result = unpacked(believed.answer);
    const ok = result.state === 'finished' && result.ok;
    steps.push({ index, state: result.state, ok });
    noteRollback(state, { tool: command.tool, ok, summary: describeRollback(result) });
    if (wasStopped(result)) {
      const why = `an emergency stop ended its rollback in ${command.tool} (step ${steps.length}); nothing tells how far that came: ubos resolve`;
      return awaitResolution(state, why);
    }
    if (!ok) return { ok: false, steps };
  }
  return { ok: true, steps };
}

function rollbackActivities(host: string, vessel: string, wallSeconds: number, command: PlannedRollback): RollbackActivities {
  return proxyActivities<RollbackActivities>({
    taskQueue: queues.rollback(vessel, host),
    startToCloseTimeout: (wallSeconds + 30) * 1_000,
    heartbeatTimeout: '30 seconds',
    retry: { initialInterval: '1 second', backoffCoefficient: 1.5, maximumInterval: '15 seconds' },
    summary: visible(`rollback: ${command.tool} ${command.args.join(' ')}`.slice(0, 150)).slice(0, 200),
  });
}
