import { workflowInfo } from '@temporalio/workflow';
import type { RunIdentity } from '../contract/activities.js';

/** Which run this is, as the server says it: not as whoever started it does. */
export function ownIdentity(): RunIdentity {
  const { workflowId, firstExecutionRunId, parent } = workflowInfo();
  return { workflowId, firstRunId: firstExecutionRunId, ...(parent && { parentId: parent.workflowId }) };
}
