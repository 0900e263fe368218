import type { AuditTrail } from '../../adapters/audit/contract/audit-trail.js';
import type { Unsettled } from '../../domain/reconcile/unsettled.js';
import { trailEvent } from '../../domain/trail/events.js';

const textOf = (value: unknown): string => (typeof value === 'string' ? value : 'unknown');

/**
 * Writes that a proposal goes on no more where only the server knew: else its action would be in flight for ever. Whoever asks for it says nothing
 * about it: the histories do. How many were settled.
 */
export async function settle(trail: Pick<AuditTrail, 'append' | 'find'>, unsettled: readonly Unsettled[]): Promise<number> {
  for (const { proposalId, runId, why } of unsettled) {
    const review = await trail.find('proposals', `${proposalId}/review`);
    await trail.append('proposals', {
      id: `${proposalId}/ended_outside`,
      eventType: trailEvent.actionEndedOutside,
      actionId: proposalId,
      summary: `${why}; nobody knows more than its last record says`,
      data: {
        risk_level: textOf(review?.risk_level),
        action_type: textOf(review?.action_type),
        ...(runId !== undefined && { run_id: runId }),
      },
    });
  }
  return unsettled.length;
}
