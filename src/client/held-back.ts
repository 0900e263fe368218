import type { WorkflowHandle } from '@temporalio/client';
import { heldFailure } from '../contract/hands.js';

/** Why an action that was permitted has not started, and until when it may; undefined where nothing holds it back. */
export async function heldBack(handle: WorkflowHandle): Promise<string | undefined> {
  const { raw } = await handle.describe();
  const failures = (raw.pendingActivities ?? []).map(({ lastFailure }) => lastFailure);
  const held = failures.find((failure) => failure?.applicationFailureInfo?.type === heldFailure);
  return held?.message ?? undefined;
}
