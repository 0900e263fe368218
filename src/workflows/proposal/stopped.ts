import { sleep } from '@temporalio/workflow';
import { brain, untilRecorded } from '../recording.js';
import type { Resolution } from './attending.js';
import { unlessResolved } from './attending.js';
import { moveTo, showStatus } from './labels.js';
import type { ProposalState } from './state.js';

/** Seldom enough in the end that a history holds for months of a stop. */
function secondsUntil(round: number): number {
  if (round < 12) return 5;
  return round < 132 ? 30 : 900;
}

/** Nobody knows how far what a stop ended has come, until it is undone or settled. */
export function markStopped(state: ProposalState, why: string): void {
  if (state.status === 'indeterminate') return;
  moveTo(state, 'indeterminate', why);
  showStatus(state);
}

/** Waits until no stop stands any more: no probe runs before that, and no rollback. What a person says meanwhile settles it. */
export async function untilLifted(state: ProposalState): Promise<Resolution | undefined> {
  for (let round = 0; ; round += 1) {
    const { stop } = await untilRecorded(() => brain.lookForStop());
    if (stop === undefined) return undefined;
    const waited = await unlessResolved(state, () => sleep(secondsUntil(round) * 1_000, { summary: 'until the emergency stop is lifted' }));
    if ('resolution' in waited) return waited.resolution;
  }
}
