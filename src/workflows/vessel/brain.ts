import { proxyLocalActivities } from '@temporalio/workflow';
import type { VesselActivities } from '../../contract/orders.js';
import { recordingOptions } from '../recording.js';

/** The brain's judgement of orders. As for proposals: a trail that cannot be written is an answer. */
export const vesselBrain = proxyLocalActivities<VesselActivities>(recordingOptions);
