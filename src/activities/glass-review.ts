import type { BrainActivities, GlassReview } from '../contract/activities.js';
import { personOf, unmeetable } from '../domain/approval-rules.js';
import type { ApprovalTerms } from '../domain/approval-terms.js';
import { planDigest } from '../domain/ids.js';
import { packPlan } from '../domain/packing.js';
import { shorten } from '../domain/text.js';
import type { BrainDependencies } from './assess.js';
import { about } from './assess.js';

type OpenRequest = Parameters<BrainActivities['openGlassReview']>[0];
type EndRequest = Parameters<BrainActivities['recordGlassReview']>[0];

/** What would have been needed, without the one who broke the glass; where that can no longer be met, one of the others. */
function reviewTerms({ actionType, requirement, groups, signature, excluded: before }: ApprovalTerms, by: string): ApprovalTerms {
  const excluded = [...before, by];
  const terms = { actionType, requirement, groups, signature, excluded };
  if (unmeetable(requirement, groups, excluded) === undefined) return terms;
  const others = [...new Set(Object.values(groups).flat())].filter((name) => personOf(name) !== personOf(by));
  return { ...terms, requirement: { group: 'others', approve: 1 }, groups: { others } };
}

/** The review is on record before anything is started (spec A4). */
export async function openGlassReview(deps: BrainDependencies, { identity, document, plan, by, reason }: OpenRequest) {
  const { approval } = plan;
  if (approval?.breakGlass === undefined) throw new TypeError('no glass can be broken for this proposal');
  const id = identity.workflowId;
  const { reviewSeconds } = approval.breakGlass;
  const reviewed = { ...plan, approval: reviewTerms(approval, by) };
  const digest = planDigest(deps.sha256, reviewed);
  await deps.trail.append('proposals', {
    id: `${id}/glass`,
    eventType: 'glass_broken',
    actionId: id,
    summary: shorten(`${by} started it alone: ${reason}`, 400),
    data: { ...about(document), by, reason, review_seconds: reviewSeconds },
  });
  const review: GlassReview = {
    proposalId: id,
    document,
    plan: packPlan(reviewed),
    digest,
    by,
    reason: shorten(reason, 400),
    reviewSeconds,
  };
  return { kind: 'opened', review } as const;
}

/** Into the permanent log: a lapse is what the rules of the modes read. */
export async function recordGlassReview(deps: BrainDependencies, { proposalId, document, judged, by, reason }: EndRequest) {
  const entry = {
    id: `${proposalId}/glass/${judged}`,
    eventType: `break_glass_${judged}`,
    actionId: proposalId,
    summary: shorten(`review of a broken glass: ${judged}${by === '' ? '' : ` by ${by}`}; ${reason}`, 400),
    data: { ...about(document), judged, by, reason: shorten(reason, 400) },
  };
  await deps.trail.append('proposals', entry);
  return { kind: 'recorded', receipt: await deps.trail.append('mission_log', entry) } as const;
}
