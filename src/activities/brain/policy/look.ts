import type { SeenReview } from '../../../contract/orders.js';
import { day } from '../../../domain/modes/settings.js';
import { isOver, livedSince, unanimousSince } from '../../../domain/policy/review.js';
import { trailEvent } from '../../../domain/trail/events.js';
import type { BrainDependencies } from '../dependencies.js';

/**
 * The review that waits for its days (spec C7), so that the workflow of the vessel can wait for them, too. `waited`: the one for which its timer has
 * fired. The days are over when both say so: the server's timer, and the trail, where only days count in which the vessel lived.
 */
export async function lookAtReview(deps: BrainDependencies, waited: string | undefined): Promise<SeenReview | undefined> {
  const { settings, recommenders } = deps.mode;
  const find = () => {
    const review = deps.policy.review.snapshot();
    const last = review === undefined ? undefined : unanimousSince(review, recommenders);
    return review === undefined || last === undefined || isOver(review, last) ? undefined : { review, last };
  };
  const found = find();
  if (found === undefined) return undefined;
  const milliseconds = settings.reviewDays * day;
  await deps.trail.decide('mission_log', () => {
    const { review, last } = find() ?? {};
    if (review === undefined || last === undefined || last.id !== waited) return undefined;
    const lived = livedSince(deps.mode.vessel.snapshot().signs, settings.silenceHoursMax, last.at, deps.now().getTime());
    if (lived * 1_000 < milliseconds) return undefined;
    const { policy, proposal, votes } = review;
    return {
      id: `${last.id}/reviewed`,
      eventType: trailEvent.policyReviewed,
      summary: `policy ${policy.slice(0, 12)} was under review for ${settings.reviewDays} days: it can be adopted`,
      data: { policy, proposal, of: last.id, recommended_by: votes.map(({ word }) => word.by), lived_seconds: lived },
    };
  });
  return find() === undefined ? undefined : { id: found.last.id, milliseconds };
}
