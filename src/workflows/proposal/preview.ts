import { ActivityFailure, CancellationScope, condition, isCancellation, proxyActivities, TimeoutFailure } from '@temporalio/workflow';
import type { BrainActivities, PreviewOrder } from '../../contract/activities.js';
import type { PreviewActivities } from '../../contract/hands.js';
import { queues } from '../../contract/names.js';
import { trailEvent } from '../../domain/trail/events.js';
import type { PreviewReport } from '../../domain/action/effect.js';
import { packPlan } from '../../domain/action/packing.js';
import type { ExecutionPlan } from '../../domain/action/plan.js';
import { brain, untilRecorded } from '../recording.js';
import type { Inbox } from './inbox.js';
import { forgetCounted, questionOf, setQuestion } from './question.js';
import type { ProposalState } from './state.js';
import { noteEvent, setReason, takePreview } from './state.js';

/** Around each command: making the copies, measuring and removing them. */
const aroundSeconds = 45;

type Found = Parameters<BrainActivities['recordPreview']>[0]['found'];
type Permitted = Extract<PreviewOrder, { host: string }>;

function handsOf(order: Permitted, plan: ExecutionPlan): PreviewActivities {
  const commands = 2 * (plan.steps.length + plan.rollback.length);
  return proxyActivities<PreviewActivities>({
    taskQueue: queues.previews(plan.vessel, order.host),
    scheduleToStartTimeout: order.permitSeconds * 1_000,
    startToCloseTimeout: (commands * (plan.limits.wallSeconds + aroundSeconds) + order.permitSeconds) * 1_000,
    heartbeatTimeout: '30 seconds',
    // It changes nothing, so it may be tried again; and nobody waits for ever for what is only a help.
    retry: { initialInterval: '1 second', maximumAttempts: 3 },
    cancellationType: 'TRY_CANCEL',
    summary: `preview: ${plan.steps.map(({ tool }) => tool).join(', ')}`.slice(0, 200),
  });
}

function whyNone(error: unknown, host: string): string {
  if (isCancellation(error)) return 'a message asked to stop before the preview had ended';
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  if (cause instanceof TimeoutFailure && cause.timeoutType === 'SCHEDULE_TO_START') return `no hands on ${host} took it in time`;
  return `the preview gave no result: ${(cause?.message ?? String(error)).slice(0, 300)}`;
}

/** Whoever cancels or rejects need not wait for the preview; every other message is judged after it. */
async function runPreview(inbox: Inbox, order: Permitted, plan: ExecutionPlan): Promise<Found> {
  const scope = new CancellationScope({ cancellable: true });
  let done = false;
  const watch = async () => {
    await condition(() => done || inbox.isFlooded || inbox.holds('cancel', 'reject'));
    if (!done) scope.cancel();
  };
  const watching = watch();
  try {
    const { permit } = order;
    return { permit, answer: await scope.run(() => handsOf(order, plan).previewAction({ permit, plan: packPlan(plan) })) };
  } catch (error) {
    return { why: whyNone(error, order.host) };
  } finally {
    done = true;
    await watching;
  }
}

/**
 * Lets the hands run it on throw-away copies before people are asked (spec X7). Where two runs agreed, the effect becomes a part of the plan:
 * whoever approves the digest approves it. What cannot be previewed waits for people all the same, and says why.
 */
export async function preview(state: ProposalState, order: PreviewOrder, plan: ExecutionPlan, round?: number): Promise<void> {
  // Until it has ended nobody is shown a plan to approve.
  setReason(state, 'a preview is running');
  const found: Found = 'why' in order ? { why: order.why } : await runPreview(state.inbox, order, plan);
  const { identity, document } = state;
  const recorded = await untilRecorded(() =>
    brain.recordPreview({ identity, document, plan, found, ...(round !== undefined && { round }) }),
  );
  const bound = recorded.kind === 'recorded' ? recorded.bound : undefined;
  const refused = recorded.kind === 'recorded' ? recorded.refused : recorded.why;
  const why = 'why' in found ? found.why : refused;
  const report: PreviewReport = 'why' in found || why !== undefined ? { state: 'not_previewable', why: why ?? '' } : found.answer.answer;
  takePreview(state, { report, bound: bound !== undefined });
  if (bound !== undefined) setQuestion(state, { plan: { ...plan, effect: bound.effect }, digest: bound.digest });
}

/**
 * The same, because somebody asks while it waits. Another digest is another question: whoever approved the old one is asked again.
 * Returns why there was no preview; empty where there was one.
 */
export async function previewOnRequest(state: ProposalState, round: number): Promise<string> {
  const { identity, document, reason } = state;
  const { digest: before, plan: asked } = questionOf(state);
  const { effect: _, ...plan } = asked;
  const answer = await untilRecorded(() => brain.orderPreview({ identity, document, plan, round }));
  if (answer.kind === 'refused') return answer.why;
  const { order } = answer;
  if ('why' in order) return order.why;
  setQuestion(state, { plan, digest: order.digest ?? before });
  await preview(state, order, plan, round);
  setReason(state, reason);
  const { digest = before } = state;
  if (digest !== before && state.counted.length > 0) {
    const summary = `the preview changed the digest: ${state.counted.length} decisions on the old one no longer count`;
    noteEvent(state, { name: `void/${round}`, eventType: trailEvent.approvalWithdrawn, summary, data: { digest } });
    forgetCounted(state);
  }
  return '';
}
