import type { ExecutionResult } from '../../domain/action/result.js';
import { brain, untilRecorded } from '../recording.js';
import type { Resolution } from './attending.js';
import { isResolution } from './attending.js';
import type { Ending } from './ending.js';
import type { Authorised } from './executing.js';
import { awaitResolution, probe } from './executing.js';
import { questionOf } from './question.js';
import type { ProposalState } from './state.js';
import { takeCommandLines } from './state.js';
import { rollBack } from './undoing.js';

/** What a run comes to: its facts are checked, what was started and did not succeed is undone, what nobody knows is found out or asked. */
export async function settle(state: ProposalState, authorised: Authorised, result: ExecutionResult | Resolution): Promise<Ending> {
  switch (result.state) {
    case 'resolved':
      return endResolved(result);
    case 'dry_run':
      takeCommandLines(state, result.commandLines);
      return { status: 'cancelled', reason: 'dry run: nothing was started', dryRun: true };
    case 'not_started':
      return { status: result.code === 'PERMIT_EXPIRED' ? 'expired' : 'failed', reason: `nothing was started: ${result.why}` };
    case 'other_effect':
      await record(state, authorised, result);
      return { status: 'stale', reason: result.why };
    case 'interrupted':
      return settleInterrupted(state, authorised, result);
    case 'cancelled':
    case 'finished':
      return settleEnded(state, authorised, result);
  }
}

type Run = Extract<ExecutionResult, { state: 'finished' | 'cancelled' | 'interrupted' | 'other_effect' }>;

function record(state: ProposalState, { plan }: Authorised, result: Run) {
  const { identity, document, decidedBy = '' } = state;
  const { digest } = questionOf(state);
  return untilRecorded(() => brain.recordResult({ identity, document, digest, plan, result, decidedBy }));
}

function endResolved({ outcome, by, reason }: Resolution): Ending {
  return { status: outcome, reason: `resolved by ${by}: ${reason}` };
}

async function settleEnded(state: ProposalState, authorised: Authorised, result: Run): Promise<Ending> {
  const { ok, problems } = await record(state, authorised, result);
  if (ok) return { status: 'completed', reason: 'every check passed', recorded: true };
  const startedSteps = 'startedSteps' in result ? result.startedSteps : result.steps.length;
  const why = problems.join('; ');
  const undone = await undo(state, authorised, startedSteps, why);
  return undone ?? { status: result.state === 'cancelled' ? 'cancelled' : 'failed', reason: why };
}

/** The worker died between start and result: probe, then rollback, then a human; never a second run (spec X5). */
async function settleInterrupted(state: ProposalState, authorised: Authorised, result: Run & { state: 'interrupted' }): Promise<Ending> {
  await record(state, authorised, result);
  // The ledger knows a step before its process exists: none was started, and none ever will be.
  if (result.startedSteps === 0)
    return { status: 'failed', reason: `interrupted on ${result.host} before its first step: nothing was started` };
  const found = authorised.plan.probe === undefined ? undefined : await probe(state, authorised);
  if (isResolution(found)) return endResolved(found);
  if (found?.verdict === 'happened') return { status: 'completed', reason: 'interrupted; its probe says that it happened' };
  if (found?.verdict === 'did_not_happen') {
    // The step in flight did not happen; those before it did.
    const why = 'interrupted; its probe says that it did not happen';
    return (await undo(state, authorised, result.startedSteps - 1, why)) ?? { status: 'failed', reason: why };
  }
  const undone = await undo(state, authorised, result.startedSteps, `interrupted on ${result.host}`);
  if (undone !== undefined) return undone;
  const why = `interrupted on ${result.host}; nothing tells whether it happened: ubos resolve`;
  return endResolved(await awaitResolution(state, why));
}

/** Undefined where nothing was planned that would undo it. */
async function undo(state: ProposalState, authorised: Authorised, startedSteps: number, why: string): Promise<Ending | undefined> {
  const undoing = await rollBack(state, authorised, startedSteps);
  if (undoing === undefined) return undefined;
  if (isResolution(undoing)) return endResolved(undoing);
  return undoing.ok
    ? { status: 'rolled_back', reason: why, undoing }
    : { status: 'rollback_failed', reason: `${why}; rollback: ${state.rollbacks.at(-1)?.summary ?? ''}`, undoing };
}
