import type { Authorisation, BrainActivities, CountedDecision } from '../../contract/activities.js';
import { areOpen, ownTerms, tallyDecisions } from '../../domain/approval/terms.js';
import type { EventFields } from '../../domain/trail/event-fields.js';
import { trailEvent } from '../../domain/trail/events.js';
import type { EntryOf } from '../../domain/trail/records.js';
import { planDigest } from '../../domain/action/digests.js';
import type { Proposal } from '../../domain/action/proposal.js';
import { shorten } from '../../domain/text/visible.js';
import type { Violation } from '../../domain/violation.js';
import type { BrainDependencies } from './dependencies.js';
import { about, assess, changedParts } from './assess.js';
import { recordUnlessHeld } from './holding.js';
import { whyNotReviewed } from './own-proposal.js';
import { issuePermit } from './permits.js';
import { standingOf } from './standing.js';

type Approved = EventFields[typeof trailEvent.actionApproved];
type AuthoriseRequest = Parameters<BrainActivities['authoriseStart']>[0];

/**
 * The trail has its end already, and the server forgot it: an older backup was restored, or the workflow was reset. A rejection outlives that (any
 * deny vetoes). One that completed has its result on record and no such end: the ledger of the hands answers for it, and nothing runs again.
 */
async function endOnRecord(deps: BrainDependencies, id: string): Promise<readonly Violation[]> {
  const [told, outside] = await Promise.all(['end', 'ended_outside'].map((name) => deps.trail.find('proposals', `${id}/${name}`)));
  const end = told ?? outside;
  if (end === undefined) return [];
  return [{ rule: 'ended', clause: 'spec L2', message: `the audit trail has its end: ${end.event_type} at ${end.timestamp}` }];
}

/** Whoever owns the server could hand in a plan with open terms, or with those of another kind of action: hands would refuse it as well. */
function unfitTerms(deps: BrainDependencies, { approval, risk }: AuthoriseRequest['plan'], { actionType }: Proposal): string | undefined {
  if (approval.actionType !== actionType) return `its terms are those of ${approval.actionType.slice(0, 64)}`;
  const isTooOpen = areOpen(approval) && !areOpen(ownTerms(deps.approvals.policy, { risk, actionType }));
  return isTooOpen ? 'its plan names nobody who has to approve it' : undefined;
}

/** Why what was approved may not start any more; empty where it still holds. */
async function objections(deps: BrainDependencies, request: AuthoriseRequest): Promise<readonly Violation[]> {
  const { identity, document, plan, digest } = request;
  // Asked together they cost one look at the trail.
  const [other, ended] = await Promise.all([whyNotReviewed(deps, { identity, document }), endOnRecord(deps, identity.workflowId)]);
  if (other !== undefined) return [{ rule: 'identity', clause: 'spec P3', message: other }];
  if (ended.length > 0) return ended;
  const assessment = await assess(deps, identity.workflowId, document, () => plan.approval);
  if (assessment.kind === 'unsound') return assessment.violations;
  // Neither the effect that was bound nor who has to approve is a matter of today's rules: both were frozen into the plan.
  const today = plan.effect === undefined ? assessment.plan : { ...assessment.plan, effect: plan.effect };
  if (planDigest(deps.sha256, today) !== digest) {
    const parts = changedParts(plan, today).join(', ');
    return [
      { rule: 'digest', clause: 'spec P5', message: `what would run is no longer what was approved: ${parts || 'the plan'} changed` },
    ];
  }
  const unfit = unfitTerms(deps, plan, assessment.proposal);
  if (unfit !== undefined) return [{ rule: 'approval', clause: 'spec A4', message: unfit }];
  const { standing, lost } = await standingOf(deps, request, ['approve', 'break_glass']);
  // Whether the next group had been asked is the workflow's knowledge; that its approval counts at all is frozen in the terms.
  if (tallyDecisions(plan.approval, standing, true) === 'approved') return [];
  const message = `the recorded decisions do not approve this digest${lost.length === 0 ? '' : `: ${lost.join('; ')}`}`;
  return [{ rule: 'approval', clause: 'spec A1', message }];
}

function considered(decisions: readonly CountedDecision[]): Pick<Approved, 'considered_seconds'> {
  const seconds = decisions.map(({ consideredSeconds }) => consideredSeconds ?? null);
  return seconds.some((each) => each !== null) ? { considered_seconds: seconds } : {};
}

/** What an auditor needs to verify the approvals without us: who signed what with which key. */
function assuranceOf(decisions: readonly CountedDecision[]): Pick<Approved, 'assurance' | 'signatures' | 'break_glass'> {
  const signed = decisions.filter(({ key }) => key !== undefined);
  const glass = decisions.some(({ kind }) => kind === 'break_glass') ? { break_glass: true as const } : {};
  if (signed.length === 0) return { assurance: 'unsigned', ...glass };
  return {
    assurance: signed.length === decisions.length ? 'signed' : 'partly_signed',
    signatures: signed.map(({ by, key, statement, signature }) => ({ by, key, statement, signature })),
    ...glass,
  };
}

/** Right before the start: emergency stop, today's rules, digest, approvals, pause and rates; then the record, then the permit (spec P5, X5). */
export async function authorise(deps: BrainDependencies, request: AuthoriseRequest): Promise<Authorisation> {
  const { identity, document, digest, decisions, decidedAt, attempt, verdict } = request;
  const id = identity.workflowId;
  const recordId = `${id}/start/${attempt}`;
  const base = { ...about(document), digest };
  const revoke = async (why: string) => {
    if ((await deps.trail.find('proposals', recordId)) === undefined) return;
    await deps.trail.append('proposals', {
      id: `${recordId}/revoked`,
      eventType: trailEvent.startRevoked,
      actionId: id,
      summary: shorten(why, 400),
      data: { ...base, status: 'approved' },
    });
  };
  const stop = await deps.emergencyStop();
  if (stop !== undefined) {
    await revoke(stop);
    return { kind: 'suspended', why: stop };
  }
  const violations = await objections(deps, request);
  if (violations.length > 0) {
    await revoke(violations.map(({ message }) => message).join('; '));
    return { kind: 'stale', violations };
  }
  const by = decisions.map((decision) => decision.by);
  const approved: EntryOf<'proposals'> = {
    id: verdict === 1 ? `${id}/approved` : `${id}/approved/${verdict}`,
    eventType: trailEvent.actionApproved,
    actionId: id,
    summary: `approved by ${by.join(', ')}`,
    data: {
      ...base,
      status: 'approved',
      approved_by: by,
      decided_at: decidedAt,
      reasons: decisions.map(({ reason }) => reason ?? ''),
      ...considered(decisions),
      ...assuranceOf(decisions),
    },
  };
  const authorised: EntryOf<'proposals'> = {
    id: recordId,
    eventType: trailEvent.startAuthorised,
    actionId: id,
    summary: `start permitted on ${deps.self.host}`,
    data: { ...base, status: 'executing', host: deps.self.host, policy_version: deps.rules.policyVersion },
  };
  const receipt = await recordUnlessHeld(deps, { id, about: about(document), digest, attempt, entries: [approved, authorised] });
  if ('kind' in receipt) {
    if (receipt.kind === 'paused') await revoke(receipt.why);
    return receipt;
  }
  const { plan } = request;
  const issued = await issuePermit(deps, { plan, firstRunId: identity.firstRunId, digest, recordId, receipt });
  return { kind: 'authorised', ...issued };
}
