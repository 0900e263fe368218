import type { BrainActivities } from '../../contract/activities.js';
import type { GlassReview } from '../../contract/glass-review.js';
import { glassReviewId } from '../../contract/names.js';
import { extensionSecondsMax } from '../../domain/approval/decision.js';
import type { ExecutionPlan } from '../../domain/action/plan.js';
import { personOf, unmeetable } from '../../domain/approval/rules.js';
import type { ApprovalTerms } from '../../domain/approval/terms.js';
import { tallyDecisions } from '../../domain/approval/terms.js';
import { glassEvents, trailEvent } from '../../domain/trail/events.js';
import type { AuditEntry, AuditRecord } from '../../domain/trail/records.js';
import { planDigest } from '../../domain/action/digests.js';
import { packPlan, unpackPlan } from '../../domain/action/packing.js';
import { shorten } from '../../domain/text/visible.js';
import type { BrainDependencies } from './dependencies.js';
import { about } from './assess.js';
import { standingOf } from './standing.js';

type OpenRequest = Parameters<BrainActivities['openGlassReview']>[0];
type EndRequest = Parameters<BrainActivities['recordGlassReview']>[0];

/** What would have been needed, without whoever broke the glass; where that can no longer be met, one of the others. */
function reviewTerms({ actionType, requirement, groups, excluded: before }: ApprovalTerms, by: string): ApprovalTerms {
  const excluded = [...before, by];
  // Breaking it takes a signature, so does looking at it: else whoever broke it could answer under another name.
  const terms = { actionType, requirement, groups, signature: 'required' as const, excluded };
  if (unmeetable(requirement, groups, excluded) === undefined) return terms;
  const others = [...new Set(Object.values(groups).flat())].filter((name) => personOf(name) !== personOf(by));
  return { ...terms, requirement: { group: 'others', approve: 1 }, groups: { others } };
}

/** The review is on record before anything is started (spec A4). */
export async function openGlassReview(deps: BrainDependencies, { identity, document, plan, by, reason }: OpenRequest) {
  const { approval } = plan;
  if (approval.breakGlass === undefined) throw new TypeError('no glass can be broken for this proposal');
  const id = identity.workflowId;
  const { reviewSeconds } = approval.breakGlass;
  const reviewed = { ...plan, approval: reviewTerms(approval, by) };
  const digest = planDigest(deps.sha256, reviewed);
  await deps.trail.append('proposals', {
    id: `${id}/glass`,
    eventType: trailEvent.glassBroken,
    actionId: id,
    summary: shorten(`${by} started it alone: ${reason}`, 400),
    data: { ...about(document), by, reason, review_seconds: reviewSeconds, review_sha256: digest },
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

const judgements = ['endorsed', 'condemned', 'lapsed'] as const;

const unknown = 'the audit trail knows no such review';

/** The record of the broken glass that this reviews, by its own id and by the digest of what its workflow shows. */
async function brokenGlass(deps: BrainDependencies, { identity, review }: Pick<EndRequest, 'identity' | 'review'>) {
  const { proposalId, plan } = reviewIn(review);
  if (identity.workflowId !== glassReviewId(proposalId)) return undefined;
  const opened = await deps.trail.find('proposals', `${proposalId}/glass`);
  return opened !== undefined && plan !== undefined && opened.review_sha256 === planDigest(deps.sha256, plan) ? opened : undefined;
}

/** Anybody can start a workflow of this type, with anything. */
function reviewIn(review: unknown): { readonly proposalId: string; readonly plan?: ExecutionPlan } {
  const { proposalId, plan } = (typeof review === 'object' && review !== null ? review : {}) as Partial<GlassReview>;
  if (typeof proposalId !== 'string') return { proposalId: '' };
  try {
    return { proposalId, ...(plan !== undefined && { plan: unpackPlan(plan) }) };
  } catch {
    return { proposalId };
  }
}

/** Until when the others may look, by the trail alone: when it was broken, for how long, and what moved it since. */
async function deadlineOf(deps: BrainDependencies, reviewId: string, opened: AuditRecord) {
  const first = Date.parse(opened.timestamp) + 1_000 * Number(opened.review_seconds);
  let deadline = first;
  let count = 0;
  for (;;) {
    const moved = await deps.trail.find('proposals', `${reviewId}/extended/${count + 1}`);
    if (typeof moved?.deadline !== 'string') break;
    count += 1;
    deadline = Math.min(Math.max(deadline, Date.parse(moved.deadline)), first + 1_000 * extensionSecondsMax);
  }
  return { deadline, extension: { seconds: Math.round((deadline - first) / 1_000), count } };
}

/** Says to its workflow whether there is anything to review, and until when. */
export async function beginGlassReview(deps: BrainDependencies, request: Pick<EndRequest, 'identity' | 'review'>) {
  const opened = await brokenGlass(deps, request);
  if (opened === undefined) return { kind: 'refused', why: unknown } as const;
  const { deadline, extension } = await deadlineOf(deps, request.identity.workflowId, opened);
  return { kind: 'begun', secondsLeft: Math.max(0, Math.ceil((deadline - deps.now().getTime()) / 1_000)), extension } as const;
}

/** Why this one says nothing; undefined where its decisions hold. */
async function objection(deps: BrainDependencies, { identity, review, outcome, decisions }: EndRequest): Promise<string | undefined> {
  const { proposalId } = review;
  for (const other of judgements)
    if (other !== outcome && (await deps.trail.find('proposals', `${proposalId}/glass/${other}`)) !== undefined)
      return `the audit trail has it as ${other}`;
  if (outcome === 'lapsed') return undefined;
  const plan = unpackPlan(review.plan);
  const digest = planDigest(deps.sha256, plan);
  const { standing, lost } = await standingOf(deps, { identity, plan, digest, decisions }, ['approve', 'reject']);
  const state = tallyDecisions(plan.approval, standing, true);
  return state === (outcome === 'endorsed' ? 'approved' : 'rejected')
    ? undefined
    : `its decisions do not hold: ${lost.join('; ') || 'too few'}`;
}

/** Into the permanent log: a lapse is what the rules of the modes read. Nothing is written of a review that was not opened by a start. */
export async function recordGlassReview(deps: BrainDependencies, request: EndRequest) {
  const { review, outcome, decisions, reason } = request;
  const { proposalId, document } = review;
  const opened = await brokenGlass(deps, request);
  if (opened === undefined) return { kind: 'refused', why: unknown } as const;
  // Silence has to last as long as the trail says, whatever its workflow was told, flooded with or restarted as.
  const { deadline } = await deadlineOf(deps, request.identity.workflowId, opened);
  const left = deadline - deps.now().getTime();
  if (outcome === 'lapsed' && left > 0) return { kind: 'early', seconds: Math.ceil(left / 1_000) } as const;
  const why = await objection(deps, request);
  if (why !== undefined) return { kind: 'refused', why } as const;
  const by = decisions.map((decision) => decision.by).join(', ');
  const entry: AuditEntry<(typeof glassEvents)[typeof outcome]> = {
    id: `${proposalId}/glass/${outcome}`,
    eventType: glassEvents[outcome],
    actionId: proposalId,
    summary: shorten(`review of a broken glass: ${outcome}${by === '' ? '' : ` by ${by}`}; ${reason}`, 400),
    data: { ...about(document), outcome, by, reason: shorten(reason, 400) },
  };
  await deps.trail.append('proposals', entry);
  return { kind: 'recorded', receipt: await deps.trail.append('mission_log', entry) } as const;
}
