import type { LocalActivityOptions } from '@temporalio/workflow';
import { CancellationScope, proxyLocalActivities, sleep } from '@temporalio/workflow';
import type { AuditUnavailable, BrainActivities } from '../contract/activities.js';
import type { ThinkingActivities } from '../contract/thinking.js';

/**
 * Local activities record their result in history, so rules and configuration may change while proposals wait. They answer
 * `audit_unavailable` instead of failing for ever: an endlessly retrying local activity costs 24 events a minute.
 */
export const recordingOptions: LocalActivityOptions = {
  startToCloseTimeout: '20 seconds',
  retry: { initialInterval: '200 milliseconds', maximumAttempts: 5 },
};

export const brain = proxyLocalActivities<BrainActivities>(recordingOptions);
export const thinking = proxyLocalActivities<ThinkingActivities>(recordingOptions);

const backOffSecondsFirst = 2;
const backOffSecondsMax = 300;

/** Asks until the audit trail could be written; between two attempts a durable timer runs. Nothing goes on without a record (spec L2). */
export async function untilRecorded<T extends { readonly kind: string }>(
  call: () => Promise<T | AuditUnavailable>,
  onWait: () => void = () => undefined,
): Promise<Exclude<T, AuditUnavailable>> {
  for (let seconds = backOffSecondsFirst; ; seconds = Math.min(seconds * 2, backOffSecondsMax)) {
    const answer = await call();
    if (answer.kind !== 'audit_unavailable') return answer as Exclude<T, AuditUnavailable>;
    onWait();
    await sleep(seconds * 1_000, { summary: 'audit trail unavailable, trying again' });
  }
}

/** For records that must be made even when the workflow is being cancelled. */
export function recordAlways<T extends { readonly kind: string }>(
  call: () => Promise<T | AuditUnavailable>,
): Promise<Exclude<T, AuditUnavailable>> {
  return CancellationScope.nonCancellable(() => untilRecorded(call));
}
