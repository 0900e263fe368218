import type { ActionState } from './action-state.js';
import { actionState } from './action-state.js';
import type { StartLedger } from './start-ledger.js';

export interface StateSettings {
  readonly ledger: StartLedger;
  /** Whether this process runs a part of it right now. */
  readonly isBusy: (proposalId: string) => boolean;
  readonly hasEnded: (proposalId: string) => Promise<boolean>;
  readonly retentionDays: number;
  readonly now: () => Date;
}

/**
 * What the janitor hears of an action. The ledger of this host knows that one was interrupted, and never that a person has settled it: that is
 * asked of its workflow, once, and noted, for the server forgets sooner than the janitor removes. From the note on the retention begins anew.
 */
export function createStateOf({ ledger, isBusy, hasEnded: ended, retentionDays, now }: StateSettings) {
  return async (proposalId: string): Promise<ActionState> => {
    if (isBusy(proposalId)) return 'running';
    const state = await actionState(ledger, proposalId);
    if (state === 'interrupted' && (await ended(proposalId))) await ledger.settle(proposalId, now().toISOString());
    const settledAt = await ledger.settledAt(proposalId);
    if (settledAt === undefined || now().getTime() - Date.parse(settledAt) >= retentionDays * 86_400_000) return state;
    return 'interrupted';
  };
}
