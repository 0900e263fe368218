import { ActivityFailure, CancellationScope, condition, isCancellation, log, proxyActivities, TimeoutFailure } from '@temporalio/workflow';
import type { CountedDecision } from '../../contract/activities.js';
import type { HandsActivities, ProbeResult, StartRequest } from '../../contract/hands.js';
import { queues } from '../../contract/names.js';
import { trailEvent } from '../../domain/trail/events.js';
import type { PackedResult } from '../../domain/action/packing.js';
import { unpackResult } from '../../domain/action/packing.js';
import type { ExecutionPlan } from '../../domain/action/plan.js';
import type { ExecutionResult } from '../../domain/action/result.js';
import type { Resolution } from './attending.js';
import { answerLate } from './answering.js';
import { isResolution, toResolution, unlessResolved, whileAttending } from './attending.js';
import { moveTo, showStatus } from './labels.js';
import { recordNotes } from './notes.js';
import { setDecider } from './question.js';
import type { ProposalState } from './state.js';
import { noteEvent } from './state.js';

export interface Authorised {
  readonly host: string;
  readonly permitSeconds: number;
  readonly plan: ExecutionPlan;
  readonly start: StartRequest;
}

const graceSeconds = 30;

/** Retries are safe: the start ledger turns a second attempt into the recorded result or `interrupted`, never into a second run. */
const retry = { initialInterval: '1 second', backoffCoefficient: 1.5, maximumInterval: '15 seconds' } as const;

function handsOf({ host, permitSeconds, plan }: Authorised): HandsActivities {
  return proxyActivities<HandsActivities>({
    taskQueue: queues.hands(plan.vessel, host),
    // Nobody there: the permit runs out, and nothing can start any more.
    scheduleToStartTimeout: permitSeconds * 1_000,
    // The permit's time may pass at the gate of the governor; then each step has its own wall clock.
    startToCloseTimeout: (permitSeconds + plan.steps.length * (plan.limits.wallSeconds + graceSeconds)) * 1_000,
    heartbeatTimeout: '30 seconds',
    retry,
    summary: `sandbox: ${plan.steps.map(({ tool }) => tool).join(', ')}`.slice(0, 200),
  });
}

/** Asks the ledger; waits as long as the host is away. */
function ledgerOf({ host, plan }: Authorised): HandsActivities {
  return proxyActivities<HandsActivities>({
    taskQueue: queues.hands(plan.vessel, host),
    startToCloseTimeout: (plan.limits.wallSeconds + graceSeconds) * 1_000,
    heartbeatTimeout: '30 seconds',
    retry,
  });
}

/** True when the activity's task was never handed to any worker: only then is it certain that nothing was started. */
function wasNeverStarted(error: unknown): boolean {
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  return cause instanceof TimeoutFailure && cause.timeoutType === 'SCHEDULE_TO_START' && cause.cause === undefined;
}

function unpacked(result: ExecutionResult<PackedResult>): ExecutionResult {
  return 'steps' in result ? { ...result, steps: result.steps.map(unpackResult) } : result;
}

/** Runs the action and comes back with what the ledger of the hands knows, or with what a human says. */
export async function runAction(state: ProposalState, authorised: Authorised): Promise<ExecutionResult | Resolution> {
  const scope = new CancellationScope({ cancellable: true });
  const stop = (decision: CountedDecision) => {
    setDecider(state, decision);
    scope.cancel();
    return true;
  };
  try {
    const running = scope.run(() => handsOf(authorised).executeAction(authorised.start));
    return unpacked(await whileAttending(state, { kinds: ['cancel'], accept: stop }, running));
  } catch (error) {
    if (wasNeverStarted(error)) {
      return { state: 'not_started', host: authorised.host, code: 'PERMIT_EXPIRED', why: `no hands on ${authorised.host} took it in time` };
    }
    log.warn('the action gave no result; the ledger decides', { cause: isCancellation(error) ? 'cancelled' : String(error) });
    return askLedger(state, authorised, isCancellation(error));
  }
}

async function askLedger(state: ProposalState, authorised: Authorised, cancelled: boolean): Promise<ExecutionResult | Resolution> {
  if (!cancelled) await markIndeterminate(state, `${authorised.host} does not answer; its ledger will tell`);
  const answer = await unlessResolved(state, () => ledgerOf(authorised).settleAction(authorised.start));
  if (isResolution(answer)) return answer;
  const result = unpacked(answer);
  // Cancelled before its first step: the entry is closed, so nothing will ever start.
  return cancelled && result.state === 'not_started'
    ? { state: 'cancelled', host: result.host, steps: [], startedSteps: 0, why: result.why }
    : result;
}

async function markIndeterminate(state: ProposalState, why: string): Promise<void> {
  if (state.status !== 'indeterminate') {
    moveTo(state, 'indeterminate', why);
    showStatus(state);
  }
  noteEvent(state, {
    name: 'interrupted',
    eventType: trailEvent.actionInterrupted,
    summary: why.slice(0, 400),
    data: { status: 'indeterminate' },
  });
  await recordNotes(state);
}

/** Neither result nor probe nor rollback settled it: stays open until a human does (spec X5). */
export async function awaitResolution(state: ProposalState, why: string): Promise<Resolution> {
  await markIndeterminate(state, why);
  const said: { resolution?: Resolution } = {};
  while (said.resolution === undefined) {
    await condition(() => state.inbox.hasMessages);
    const accept = (decision: CountedDecision) => {
      const resolution = said.resolution === undefined ? toResolution(decision) : undefined;
      if (resolution !== undefined) said.resolution = resolution;
      return resolution !== undefined;
    };
    await answerLate(state, { kinds: ['resolve'], accept });
    await recordNotes(state);
  }
  return said.resolution;
}

/** Runs the read-only probe of an interrupted action (spec X9). */
export async function probe(state: ProposalState, authorised: Authorised): Promise<ProbeResult | Resolution> {
  return unlessResolved(state, () => ledgerOf(authorised).probeAction(authorised.start));
}
