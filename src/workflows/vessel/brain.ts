import { ActivityFailure, proxyLocalActivities } from '@temporalio/workflow';
import type { VesselActivities } from '../../contract/orders.js';
import { recordingOptions } from '../recording.js';

/** The brain's judgement of orders. As for proposals: a trail that cannot be written is an answer. */
export const vesselBrain = proxyLocalActivities<VesselActivities>(recordingOptions);

/** After which the brain is asked again, where nobody could answer. */
export const unknownSeconds = 30;

/** Undefined where nobody could answer: the trail cannot be written, or the activity gave up. */
export async function unlessSilent<T extends { readonly kind: string }>(call: () => Promise<T>) {
  try {
    const said = await call();
    return said.kind === 'audit_unavailable' ? undefined : (said as Exclude<T, { readonly kind: 'audit_unavailable' }>);
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return undefined;
  }
}
