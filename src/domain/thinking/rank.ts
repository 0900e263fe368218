import type { Dropped } from '../model/candidate.js';
import type { MissionView } from '../model/context.js';
import type { Proposed } from '../model/verify.js';

export interface Ranked {
  readonly chosen: readonly Proposed[];
  readonly dropped: readonly Dropped[];
}

/** What serves the more important mission first, then as the model ordered them; what is over the number is dropped, and says so. Total. */
export function rankProposed(accepted: readonly Proposed[], missions: readonly MissionView[], proposalsMax: number): Ranked {
  const priorityOf = ({ candidate }: Proposed) => missions.find(({ id }) => id === candidate.missionId)?.priority ?? 0;
  const ordered = accepted
    .map((proposed, index) => ({ proposed, index }))
    .sort((a, b) => priorityOf(b.proposed) - priorityOf(a.proposed) || a.index - b.index);
  return {
    chosen: ordered.slice(0, proposalsMax).map(({ proposed }) => proposed),
    dropped: ordered.slice(Math.max(0, proposalsMax)).map(({ proposed, index }) => ({
      index,
      action: proposed.candidate.action,
      code: 'too_many',
      why: `room for ${Math.max(0, proposalsMax)} more`,
    })),
  };
}
