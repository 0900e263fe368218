import { proxyLocalActivities } from '@temporalio/workflow';
import type { VesselActivities } from '../../contract/orders.js';

/** The brain's judgement of orders. As for proposals: a trail that cannot be written is an answer. */
export const vesselBrain = proxyLocalActivities<VesselActivities>({
  startToCloseTimeout: '20 seconds',
  retry: { initialInterval: '200 milliseconds', maximumAttempts: 5 },
});
