import type { BrainActivities, NotRecorded, RunIdentity } from '../../contract/activities.js';
import { glassReviewId } from '../../contract/names.js';
import type { ProposalDocument } from '../../domain/action/proposal.schema.js';
import { documentDigest } from '../../domain/action/digests.js';
import { proposalOf } from '../../domain/reconcile/run-facts.js';
import { trailEvent } from '../../domain/trail/events.js';
import type { AuditRecord } from '../../domain/trail/records.js';
import type { BrainDependencies } from './dependencies.js';
import { about } from './assess.js';

/*
 * Whoever reaches the server can end a workflow and start another one of the same id, with another document. The review's record names the first
 * run, which stays through a reset, and the digest of what was reviewed: for that run with that document, and for no other, the brain does anything.
 */

interface Asking {
  readonly identity: RunIdentity;
  readonly document: unknown;
}

/** What a review's record says of whose it is. What canonical JSON cannot carry is refused, whatever else it says. */
export function bindingOf({ sha256 }: BrainDependencies, { identity, document }: Asking) {
  try {
    return { first_run_id: identity.firstRunId, document_sha256: documentDigest(sha256, document) };
  } catch {
    return { first_run_id: identity.firstRunId, document_sha256: '' };
  }
}

/** Why what asks is not what was reviewed; undefined where it is. */
function whyOther(deps: BrainDependencies, asking: Asking, review: AuditRecord): string | undefined {
  const own = bindingOf(deps, asking);
  if (review.first_run_id !== own.first_run_id) return 'the audit trail has this id for another run';
  return review.document_sha256 === own.document_sha256 ? undefined : 'the audit trail has another proposal under this id';
}

export const reviewOf = (deps: BrainDependencies, { workflowId }: RunIdentity) => deps.trail.find('proposals', `${workflowId}/review`);

/** Undefined where this very run was reviewed, with this document. */
export async function whyNotReviewed(deps: BrainDependencies, asking: Asking): Promise<string | undefined> {
  const review = await reviewOf(deps, asking.identity);
  return review === undefined ? 'the audit trail has no review of it' : whyOther(deps, asking, review);
}

/** The same for a review that has just been written, or was found: one that belongs to somebody else is left alone, and this one is refused. */
export async function refuseReuse(deps: BrainDependencies, asking: Asking): Promise<string | undefined> {
  const why = await whyNotReviewed(deps, asking);
  if (why === undefined) return undefined;
  const { workflowId: id, firstRunId } = asking.identity;
  await deps.trail.append('proposals', {
    id: `${id}/reused/${firstRunId}`,
    eventType: trailEvent.idReused,
    actionId: id,
    summary: `${why}: refused`,
    data: { ...about(asking.document as ProposalDocument), ...bindingOf(deps, asking) },
  });
  return why;
}

/** What is recorded only for the run that was reviewed. */
export async function ifReviewed<T>(deps: BrainDependencies, asking: Asking, work: () => Promise<T>): Promise<T | NotRecorded> {
  const why = await whyNotReviewed(deps, asking);
  return why === undefined ? work() : { kind: 'refused', why };
}

type EventsRequest = Parameters<BrainActivities['recordEvents']>[0];

/** Notes are about the asking workflow itself: a proposal that was reviewed, or the review of a glass that the trail says was broken. */
export async function whyNoNotes(deps: BrainDependencies, request: EventsRequest): Promise<string | undefined> {
  const { workflowId } = request.identity;
  const why = await whyNotReviewed(deps, request);
  const proposalId = proposalOf(workflowId);
  if (why === undefined || workflowId !== glassReviewId(proposalId)) return why;
  const broken = await deps.trail.find('proposals', `${proposalId}/glass`);
  return broken !== undefined && broken.review_sha256 === request.digest ? undefined : 'the audit trail knows no such review';
}
