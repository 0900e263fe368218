import type { ResultRecorded } from '../../contract/answers.js';
import { endedWords } from '../../domain/action/expectation.js';
import type { SignedPermit } from '../../domain/action/permit.js';
import { isUndoneUnderStop } from '../../domain/action/plan.js';
import type { ExecutionResult } from '../../domain/action/result.js';
import type { Resolution } from './attending.js';
import { isResolution } from './attending.js';
import type { Ending } from './ending.js';
import type { Authorised, Believed } from './executing.js';
import { awaitResolution, probe } from './executing.js';
import type { ProposalState } from './state.js';
import { takeCommandLines } from './state.js';
import { markStopped, untilLifted } from './stopped.js';
import { rollBack } from './undoing.js';

/** What a run comes to: what was started and did not succeed is undone, what nobody knows is found out or asked. */
export async function settle(state: ProposalState, authorised: Authorised, { result, recorded }: Believed): Promise<Ending> {
  switch (result.state) {
    case 'dry_run':
      takeCommandLines(state, result.commandLines);
      return { status: 'cancelled', reason: 'dry run: nothing was started', dryRun: true };
    case 'not_started':
      return { status: result.code === 'PERMIT_EXPIRED' ? 'expired' : 'failed', reason: `nothing was started: ${result.why}` };
    case 'other_effect':
      return { status: 'stale', reason: result.why };
    case 'interrupted':
      return afterStop(state, authorised, result, () => settleInterrupted(state, authorised, result, recorded));
    case 'cancelled':
      return afterStop(state, authorised, result, () => settleEnded(state, authorised, result, recorded));
    case 'finished':
      return settleEnded(state, authorised, result, recorded);
  }
}

type Run = Extract<ExecutionResult, { state: 'finished' | 'cancelled' | 'interrupted' }>;

/** What an emergency stop ended is settled when that is lifted, as ever; or undone at once, where its plan says so. */
async function afterStop(
  state: ProposalState,
  { plan }: Authorised,
  result: Extract<ExecutionResult, { state: 'cancelled' | 'interrupted' }>,
  settleIt: () => Promise<Ending>,
): Promise<Ending> {
  if (result.stopped === undefined || result.startedSteps === 0) return settleIt();
  markStopped(state, endedWords(result));
  const resolution = isUndoneUnderStop(plan, result.startedSteps) ? undefined : await untilLifted(state);
  return resolution === undefined ? settleIt() : endResolved(resolution);
}

export function endResolved({ outcome, by, reason }: Resolution): Ending {
  return { status: outcome, reason: `resolved by ${by}: ${reason}` };
}

/** Whoever approved it now must not take it for what they approved. */
const before = ({ ranBefore }: ExecutionResult) =>
  ranBefore === undefined ? '' : `; it ran on ${ranBefore}, before this approval, and was not run again`;

async function settleEnded(state: ProposalState, authorised: Authorised, result: Run, recorded: ResultRecorded): Promise<Ending> {
  const { ok, problems, rollback } = recorded;
  if (ok) return { status: 'completed', reason: `every check passed${before(result)}`, recorded: true };
  const why = `${problems.join('; ')}${before(result)}`;
  const undone = await undo(state, authorised, rollback, why);
  return undone ?? { status: result.state === 'cancelled' ? 'cancelled' : 'failed', reason: why };
}

/** The worker died between start and result: probe, then rollback, then a human; never a second run (spec X5). */
async function settleInterrupted(
  state: ProposalState,
  authorised: Authorised,
  result: Run & { state: 'interrupted' },
  recorded: ResultRecorded,
): Promise<Ending> {
  // The ledger knows a step before its process exists: none was started, and none ever will be.
  if (result.startedSteps === 0) return { status: 'failed', reason: `${endedWords(result)} before its first step: nothing was started` };
  const found = recorded.probe === undefined ? undefined : await probe(state, authorised, recorded.probe, result.startedSteps);
  if (isResolution(found)) return endResolved(found);
  if (found?.verdict === 'happened')
    return { status: 'completed', reason: `interrupted; its probe says that it happened${before(result)}` };
  if (found?.verdict === 'did_not_happen') {
    const why = 'interrupted; its probe says that it did not happen';
    return (await undo(state, authorised, found.rollback, why)) ?? { status: 'failed', reason: why };
  }
  const undone = await undo(state, authorised, (found ?? recorded).rollback, endedWords(result));
  if (undone !== undefined) return undone;
  const why = `${endedWords(result)}; nothing tells whether it happened: ubos resolve`;
  return endResolved(await awaitResolution(state, why));
}

/** Undefined where nothing was planned that would undo it. */
async function undo(
  state: ProposalState,
  authorised: Authorised,
  permit: SignedPermit | undefined,
  why: string,
): Promise<Ending | undefined> {
  if (permit === undefined) return undefined;
  const undoing = await rollBack(state, authorised, permit);
  if (isResolution(undoing)) return endResolved(undoing);
  return undoing.ok
    ? { status: 'rolled_back', reason: why, undoing }
    : { status: 'rollback_failed', reason: `${why}; rollback: ${state.rollbacks.at(-1)?.summary ?? ''}`, undoing };
}
