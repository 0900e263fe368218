import { trailEvent } from '../../domain/trail/events.js';
import type { AttemptKind } from '../../domain/trail/attempts.js';
import { isWorthARecord } from '../../domain/trail/attempts.js';
import { shorten } from '../../domain/text/visible.js';
import type { BrainDependencies } from './dependencies.js';

export interface Attempt {
  readonly kind: AttemptKind;
  readonly proposalId: string;
  readonly summary: string;
}

/** Somebody tried what is not allowed, and was refused: people hear of it, once for each proposal and kind, and so often in an hour at most. */
export async function noteAttempt(deps: BrainDependencies, { kind, proposalId, summary }: Attempt): Promise<void> {
  await deps.trail.decide('mission_log', () =>
    isWorthARecord(deps.attempts.snapshot(), deps.now())
      ? {
          id: `attempt/${proposalId}/${kind}`,
          eventType: trailEvent.unauthorisedAttempt,
          summary: shorten(`${proposalId}: ${summary}`, 400),
          data: { kind, proposal_id: proposalId },
        }
      : undefined,
  );
}
