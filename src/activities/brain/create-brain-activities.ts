import type { AuditUnavailable, BrainActivities } from '../../contract/activities.js';
import type { VesselActivities } from '../../contract/orders.js';
import type { ThinkingActivities } from '../../contract/thinking.js';
import { hasCode } from '../../domain/errors.js';
import { orderPreviewAgain, recordPreview } from './preview-order.js';
import { authorise } from './authorise.js';
import { beginGlassReview, openGlassReview, recordGlassReview } from './glass-review.js';
import { isOwnRun, raiseAlarm, recordFinding } from './mission-records.js';
import { recordControls } from './record-controls.js';
import { recordNotes } from './notes.js';
import { judgeOrder, lookAtModeOfVessel, lookAtStanding, verifyObeyed } from './orders.js';
import { ifReviewed } from './own-proposal.js';
import { recordEnd } from './ending.js';
import { recordProbe, recordResult, recordRollback, verifyClosed } from './results.js';
import { review } from './review.js';
import type { BrainDependencies } from './dependencies.js';
import { recordCycle } from './thinking/record-cycle.js';
import { issueLookups, recordLookups } from './thinking/lookups.js';
import { issueTicket, recordAnswer } from './thinking/tickets.js';
import { verifyDecision } from './verify-decision.js';

/**
 * A trail that cannot be written is an answer, not an exception: the workflow waits on a durable timer and asks again. So are hands that have no
 * key yet: nothing can be permitted to them.
 */
async function unlessUnavailable<T>(work: () => Promise<T>): Promise<T | AuditUnavailable> {
  try {
    return await work();
  } catch (error) {
    if (hasCode(error, 'AUDIT_UNAVAILABLE') || hasCode(error, 'HANDS_UNKNOWN')) return { kind: 'audit_unavailable', why: error.message };
    throw error;
  }
}

/** The brain's local activities: thin, and the only ones that write the audit trail. */
export function createBrainActivities(deps: BrainDependencies): BrainActivities & VesselActivities & ThinkingActivities {
  const reviewed = <T>(asking: Parameters<typeof ifReviewed>[1], work: () => Promise<T>) =>
    unlessUnavailable(() => ifReviewed(deps, asking, work));
  return {
    reviewProposal: (request) => unlessUnavailable(() => review(deps, request)),
    verifyDecision: (request) => verifyDecision(deps, request),
    orderPreview: (request) => reviewed(request, () => orderPreviewAgain(deps, request)),
    authoriseStart: (request) => unlessUnavailable(() => authorise(deps, request)),
    lookForStop: async () => {
      const stop = await deps.emergencyStop();
      return { kind: 'looked', ...(stop !== undefined && { stop }) };
    },
    recordPreview: (request) => reviewed(request, () => recordPreview(deps, request)),
    recordEvents: (request) => unlessUnavailable(() => recordNotes(deps, request)),
    recordResult: (request) => unlessUnavailable(() => recordResult(deps, request)),
    verifyClosed: (request) => unlessUnavailable(async () => verifyClosed(deps, request)),
    recordProbe: (request) => unlessUnavailable(() => recordProbe(deps, request)),
    recordRollback: (request) => unlessUnavailable(() => recordRollback(deps, request)),
    recordEnd: (request) => reviewed(request, () => recordEnd(deps, request)),
    openGlassReview: (request) => reviewed(request, () => openGlassReview(deps, request)),
    beginGlassReview: (request) => unlessUnavailable(() => beginGlassReview(deps, request)),
    recordGlassReview: (request) => unlessUnavailable(() => recordGlassReview(deps, request)),
    isScheduled: async ({ type, ...run }) => isOwnRun(deps, type, run),
    recordFinding: (request) => unlessUnavailable(() => recordFinding(deps, request)),
    recordControls: (request) => unlessUnavailable(() => recordControls(deps, request)),
    raiseAlarm: (request) => unlessUnavailable(() => raiseAlarm(deps, request)),
    judgeOrder: (request) => unlessUnavailable(() => judgeOrder(deps, request)),
    lookAtStanding: (request) => unlessUnavailable(() => lookAtStanding(deps, request)),
    lookAtMode: (request) => unlessUnavailable(() => lookAtModeOfVessel(deps, request)),
    verifyObeyed: async (request) => verifyObeyed(deps, request),
    issueLookups: (request) => unlessUnavailable(() => issueLookups(deps, request)),
    recordLookups: (request) => unlessUnavailable(() => recordLookups(deps, request)),
    issueTicket: (request) => unlessUnavailable(() => issueTicket(deps, request)),
    recordAnswer: (request) => unlessUnavailable(() => recordAnswer(deps, request)),
    recordCycle: (request) => unlessUnavailable(() => recordCycle(deps, request)),
  };
}
