import { ActivityFailure, CancellationScope, condition, isCancellation, log, proxyActivities, TimeoutFailure } from '@temporalio/workflow';
import type { CountedDecision, ResultRequest } from '../../contract/activities.js';
import type { ProbeRecorded, ResultRecorded } from '../../contract/answers.js';
import type { HandsActivities, StartedActivities, StartRequest } from '../../contract/hands.js';
import type { SignedAnswer } from '../../domain/action/answer.js';
import type { SignedPermit } from '../../domain/action/permit.js';
import { queues } from '../../contract/names.js';
import { trailEvent } from '../../domain/trail/events.js';
import type { PackedResult } from '../../domain/action/packing.js';
import { unpackResult } from '../../domain/action/packing.js';
import type { ExecutionPlan } from '../../domain/action/plan.js';
import type { ExecutionResult } from '../../domain/action/result.js';
import type { Resolution } from './attending.js';
import { answerLate } from './answering.js';
import { isResolution, toResolution, whileAttending } from './attending.js';
import { aboutPermit, noteRefusal, untilBelieved } from './believing.js';
import { brain, untilRecorded } from '../recording.js';
import { moveTo, showStatus } from './labels.js';
import { recordNotes } from './notes.js';
import { setDecider } from './question.js';
import type { ProposalState } from './state.js';
import { noteEvent } from './state.js';
import { stands } from './tally.js';

export interface Authorised {
  readonly host: string;
  readonly permitSeconds: number;
  readonly plan: ExecutionPlan;
  readonly start: StartRequest;
}

const graceSeconds = 30;

/** Retries are safe: the start ledger turns a second attempt into the recorded result or `interrupted`, never into a second run. */
const retry = { initialInterval: '1 second', backoffCoefficient: 1.5, maximumInterval: '15 seconds' } as const;

function handsOf({ host, permitSeconds, plan }: Authorised): Pick<HandsActivities, 'executeAction'> {
  return proxyActivities<HandsActivities>({
    taskQueue: queues.hands(plan.vessel, host),
    // Nobody there: the permit runs out, and nothing can start any more.
    scheduleToStartTimeout: permitSeconds * 1_000,
    // The permit's time may pass at the gate of the governor; then each step has its own wall clock.
    startToCloseTimeout: (permitSeconds + plan.steps.length * (plan.limits.wallSeconds + graceSeconds)) * 1_000,
    heartbeatTimeout: '30 seconds',
    retry,
    // The worker takes one when the governor gives it a slot, and not beside the workflow's own tasks.
    allowEagerDispatch: false,
    summary: `sandbox: ${plan.steps.map(({ tool }) => tool).join(', ')}`.slice(0, 200),
  });
}

/** Asks the ledger; waits as long as the host is away. */
function ledgerOf({ host, plan }: Authorised): StartedActivities {
  return proxyActivities<StartedActivities>({
    taskQueue: queues.rollback(plan.vessel, host),
    startToCloseTimeout: (plan.limits.wallSeconds + graceSeconds) * 1_000,
    heartbeatTimeout: '30 seconds',
    retry,
  });
}

/** True when the activity's task was never handed to any worker. */
function wasNeverStarted(error: unknown): boolean {
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  return cause instanceof TimeoutFailure && cause.timeoutType === 'SCHEDULE_TO_START' && cause.cause === undefined;
}

function unpacked(result: ExecutionResult<PackedResult>): ExecutionResult {
  return 'steps' in result ? { ...result, steps: result.steps.map(unpackResult) } : result;
}

/** What hands answered, and the brain believed. */
export interface Believed {
  readonly state: 'believed';
  readonly result: ExecutionResult;
  readonly recorded: ResultRecorded;
}

/** A word that came before anything was started: it counts, and nothing starts. */
export interface TakenBack {
  readonly state: 'taken_back';
  readonly decision: CountedDecision;
}

type Answer = SignedAnswer<ExecutionResult<PackedResult>>;

interface Attempt {
  readonly state: 'attempt';
  readonly answer?: Answer;
  readonly wasCancelled: boolean;
}

/**
 * Asks the hands to take the permit back, at once. `closed` where they say, and the brain believes, that nothing was started and nothing will be;
 * `unknown` where nobody answers, or somebody who is not believed.
 */
async function closeStart(
  state: ProposalState,
  { host, plan, start: { permit, plan: packed } }: Authorised,
): Promise<'closed' | 'started' | 'unknown'> {
  const hands = proxyActivities<StartedActivities>({
    taskQueue: queues.rollback(plan.vessel, host),
    // Whoever said it waits for an answer.
    scheduleToStartTimeout: '5 seconds',
    scheduleToCloseTimeout: '20 seconds',
    startToCloseTimeout: '20 seconds',
    retry: { ...retry, maximumAttempts: 3 },
  });
  try {
    const answer = await hands.closeStart({ permit, plan: packed });
    const verified = await untilRecorded(() => brain.verifyClosed({ ...aboutPermit(state, permit), answer }));
    const { state: closing } = answer.answer;
    return verified.kind === 'verified' && closing !== 'refused' ? closing : 'unknown';
  } catch (error) {
    log.warn('the start could not be closed', { cause: String(error) });
    return 'unknown';
  }
}

/** Lets the hands run it. Until they have claimed it, a rejection and a withdrawal count; until it has ended, a cancellation does. */
async function attempt(state: ProposalState, authorised: Authorised): Promise<Attempt | Believed | TakenBack> {
  const scope = new CancellationScope({ cancellable: true });
  const said: { takenBack?: CountedDecision; wasCancelled: boolean } = { wasCancelled: false };
  const accept = async (decision: CountedDecision) => {
    const { kind, by } = decision;
    if (kind === 'withdraw' && !stands(state, by)) return false;
    if (kind !== 'cancel' && (await closeStart(state, authorised)) !== 'closed') return false;
    if (kind === 'cancel') said.wasCancelled = true;
    else said.takenBack = decision;
    if (kind !== 'withdraw') setDecider(state, decision);
    scope.cancel();
    return true;
  };
  const open = {
    kinds: ['cancel', 'reject', 'withdraw'] as const,
    accept,
    isOver: () => said.takenBack !== undefined || said.wasCancelled,
  };
  let answer: Answer | undefined;
  try {
    const running = scope.run(() => handsOf(authorised).executeAction(authorised.start));
    answer = await whileAttending(state, open, running);
  } catch (error) {
    // Its task was never handed over; but somebody may have shown the permit to the hands himself.
    if (wasNeverStarted(error) && (await closeStart(state, authorised)) !== 'started') {
      const { host } = authorised;
      const result = { state: 'not_started', host, code: 'PERMIT_EXPIRED', why: `no hands on ${host} took it in time` } as const;
      return { state: 'believed', result, recorded: { kind: 'verified', ok: false, problems: [] } };
    }
    log.warn('the action gave no result; the ledger decides', { cause: isCancellation(error) ? 'cancelled' : String(error) });
  }
  if (said.takenBack !== undefined) return { state: 'taken_back', decision: said.takenBack };
  return { state: 'attempt', wasCancelled: said.wasCancelled, ...(answer && { answer }) };
}

/** Hands sign that they refuse whatever was presented; with other approvals somebody else might have more luck, so the permit is voided. */
function refusalIn({ answer }: Answer): string | undefined {
  return answer.state === 'not_started' && answer.code === 'PERMIT_REFUSED' ? answer.why : undefined;
}

/** Runs the action and comes back with what the ledger of the hands knows, or with what a human says. */
export async function runAction(state: ProposalState, authorised: Authorised): Promise<Believed | Resolution | TakenBack> {
  const first = await attempt(state, authorised);
  if (first.state !== 'attempt') return first;
  const { permit } = authorised.start;
  const record = (act: ResultRequest['act'], answer: Answer) =>
    untilRecorded(() => brain.recordResult({ ...aboutPermit(state, permit), act, answer, decidedBy: state.decidedBy ?? '' }));
  const { answer, wasCancelled } = first;
  let refusal: string | undefined;
  if (answer !== undefined) {
    const recorded = await record('execute', answer);
    if (recorded.kind === 'refused') await noteRefusal(state, 'execute', recorded.why);
    else refusal = refusalIn(answer);
    if (recorded.kind !== 'refused' && refusal === undefined) return { state: 'believed', result: unpacked(answer.answer), recorded };
  } else if (!wasCancelled) await markIndeterminate(state, `${authorised.host} does not answer; its ledger will tell`);
  const settled = await untilBelieved(state, {
    act: 'settle',
    ask: () => ledgerOf(authorised).settleAction(authorised.start),
    record: (answer) => record('settle', answer),
  });
  if (isResolution(settled)) return settled;
  const { recorded } = settled;
  const result = unpacked(settled.answer);
  if (result.state !== 'not_started') return { state: 'believed', result, recorded };
  if (refusal !== undefined) return { state: 'believed', result: { ...result, code: 'PERMIT_REFUSED', why: refusal }, recorded };
  if (!wasCancelled) return { state: 'believed', result, recorded };
  // Cancelled before its first step: the permit is void, so nothing will ever start.
  const cancelled: ExecutionResult = { state: 'cancelled', host: result.host, steps: [], startedSteps: 0, why: result.why };
  return { state: 'believed', result: cancelled, recorded: { ...recorded, problems: [`cancelled: ${result.why}`] } };
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
export async function probe(
  state: ProposalState,
  authorised: Authorised,
  permit: SignedPermit,
  startedSteps: number,
): Promise<ProbeRecorded | Resolution> {
  const { plan } = authorised.start;
  const believed = await untilBelieved(state, {
    act: 'probe',
    ask: () => ledgerOf(authorised).probeAction({ permit, plan }),
    record: (answer) => untilRecorded(() => brain.recordProbe({ ...aboutPermit(state, permit), answer, startedSteps })),
  });
  return isResolution(believed) ? believed : believed.recorded;
}
