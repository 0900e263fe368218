import { setTimeout as pause } from 'node:timers/promises';
import type { ProposalClient } from '../../../client/proposals.js';
import { visible } from '../../../domain/text/visible.js';
import type { Context } from '../../command.js';
import { wrap } from '../../terminal/output.js';

const lookMilliseconds = 2_000;

/** Why a proposal that was decided does not go on, in words; undefined where it does, or where nobody can say. */
async function whatHolds({ view, heldBack }: Pick<ProposalClient, 'view' | 'heldBack'>, id: string): Promise<string | undefined> {
  try {
    const { status, reason } = await view(id);
    if (status === 'suspended') return `is suspended: ${reason}`;
    return status === 'executing' ? await heldBack(id) : undefined;
  } catch {
    // Whoever waits for the end learns from that what is wrong.
    return undefined;
  }
}

/** Tells whoever waits for a proposal what it waits for, each time that it is something else. Ends with the signal. */
export async function tellWhatHolds(
  proposals: Pick<ProposalClient, 'view' | 'heldBack'>,
  id: string,
  context: Context,
  signal: AbortSignal,
): Promise<void> {
  for (let told: string | undefined; ;) {
    const slept = await pause(lookMilliseconds, true, { signal }).catch(() => false);
    if (!slept) return;
    const why = await whatHolds(proposals, id);
    if (why !== undefined && why !== told && !signal.aborted)
      context.stderr.write(`${wrap(`… ${id} ${visible(why)}`, context.columns, 2)}\n`);
    told = why;
  }
}
