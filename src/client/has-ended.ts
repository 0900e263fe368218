import type { Client } from '@temporalio/client';

const closed = new Set(['COMPLETED', 'FAILED', 'CANCELLED', 'TERMINATED', 'TIMED_OUT']);

/**
 * Whether a proposal's workflow has come to its end, whatever that is. False where the server cannot be asked or knows of none: it may be
 * another server, or have forgotten, and then nobody says that the matter is settled.
 */
export async function hasEnded(client: Pick<Client, 'workflow'>, proposalId: string): Promise<boolean> {
  try {
    const { status } = await client.workflow.getHandle(proposalId).describe();
    return closed.has(status.name);
  } catch {
    return false;
  }
}
