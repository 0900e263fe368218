import type { EndRequest, Recorded } from '../../contract/activities.js';
import { endEvents } from '../../domain/trail/events.js';
import { shorten } from '../../domain/text/visible.js';
import { about } from './assess.js';
import type { BrainDependencies } from './dependencies.js';
import { notePause } from './holding.js';

/** Writes the last line of a proposal. */
export async function recordEnd(deps: BrainDependencies, request: EndRequest): Promise<Recorded> {
  const {
    identity,
    status,
    reason,
    digest,
    decidedBy,
    decidedAt,
    assurance = 'unsigned',
    nonce,
    consideredSeconds,
    dryRun,
    timedOut,
    rollbacks = [],
  } = request;
  const id = identity.workflowId;
  const receipt = await deps.trail.append('proposals', {
    id: `${id}/end`,
    eventType: endEvents[status],
    actionId: id,
    summary: shorten(reason, 400),
    data: {
      ...about(request.document),
      status,
      ...(digest !== undefined && { digest }),
      ...(decidedBy !== undefined && decidedBy !== '' && { decided_by: decidedBy, decided_at: decidedAt ?? null, assurance }),
      ...(nonce !== undefined && { nonce }),
      ...(consideredSeconds !== undefined && { considered_seconds: consideredSeconds }),
      ...(timedOut === true && { timed_out: true }),
      ...(dryRun === true && { dry_run: true }),
      ...(rollbacks.length > 0 && { rollback: rollbacks }),
    },
  });
  // The third failure pauses at once, not only when the next start is asked for.
  await notePause(deps);
  return { kind: 'recorded', receipt };
}
