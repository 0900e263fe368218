import type { BrainActivities, CountedDecision } from '../../contract/activities.js';
import type { Authorisation } from '../../contract/authorisation.js';
import { areOpen, ownTerms, tallyDecisions } from '../../domain/approval/terms.js';
import type { EventFields } from '../../domain/trail/event-fields.js';
import { trailEvent } from '../../domain/trail/events.js';
import type { EntryOf } from '../../domain/trail/records.js';
import { planDigest } from '../../domain/action/digests.js';
import type { Proposal } from '../../domain/action/proposal.js';
import type { ModeGrantTerms } from '../../domain/modes/grant.js';
import type { Receipt } from '../../domain/trail/logs.js';
import { shorten } from '../../domain/text/visible.js';
import type { Violation } from '../../domain/violation.js';
import type { BrainDependencies } from './dependencies.js';
import { about, assess, changedParts } from './assess.js';
import { recordUnlessHeld } from './holding.js';
import { consentOfMode, permitGrantOf, whyWithheld } from './mode/granting.js';
import { catchUp, modeNow } from './mode/mode-now.js';
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

/** What nobody decided starts only where a mode consents in the place of people. */
const grantOfRequest = ({ decisions, plan }: AuthoriseRequest): ModeGrantTerms | undefined =>
  decisions.length === 0 ? plan.approval.grant : undefined;

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
  if (grantOfRequest(request) !== undefined) return [];
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

/** A mode is asked once; people may be asked again. */
function approvalIdOf(request: AuthoriseRequest): string {
  const { identity, verdict } = request;
  const id = `${identity.workflowId}/approved`;
  if (grantOfRequest(request) !== undefined) return `${id}/mode`;
  return verdict === 1 ? id : `${id}/${verdict}`;
}

type Consent = Pick<
  Approved,
  'approved_by' | 'decided_at' | 'reasons' | 'considered_seconds' | 'assurance' | 'signatures' | 'break_glass' | 'grant'
>;

const consentOfPeople = ({ decisions, decidedAt }: AuthoriseRequest): Consent => ({
  approved_by: decisions.map(({ by }) => by),
  decided_at: decidedAt,
  reasons: decisions.map(({ reason }) => reason ?? ''),
  ...considered(decisions),
  ...assuranceOf(decisions),
});

/** Who consents in this very moment; or why nobody does. Asked under the append lock. */
function consentNow(deps: BrainDependencies, request: AuthoriseRequest): Consent | { readonly withheld: string } {
  const grant = grantOfRequest(request);
  if (grant === undefined) return consentOfPeople(request);
  const { identity, digest } = request;
  const consent = consentOfMode(deps, grant, { proposalId: identity.workflowId, digest });
  if ('why' in consent) return { withheld: consent.why };
  const by = `mode:${consent.mode}`;
  return { approved_by: [by], decided_at: deps.now().toISOString(), reasons: [''], assurance: 'mode', grant: consent };
}

/** What is recorded of a start, right before its permit. */
function startEntries(
  deps: BrainDependencies,
  request: AuthoriseRequest,
  startId: string,
): readonly [EntryOf<'proposals'>, EntryOf<'proposals'>] | { readonly withheld: string } {
  const consent = consentNow(deps, request);
  if ('withheld' in consent) return consent;
  const { identity, document, digest } = request;
  const base = { ...about(document), digest };
  return [
    {
      id: approvalIdOf(request),
      eventType: trailEvent.actionApproved,
      actionId: identity.workflowId,
      summary: `approved by ${consent.approved_by.join(', ')}`,
      data: { ...base, status: 'approved', ...consent },
    },
    {
      id: startId,
      eventType: trailEvent.startAuthorised,
      actionId: identity.workflowId,
      summary: `start permitted on ${deps.self.host}`,
      data: { ...base, status: 'executing', host: deps.self.host, policy_version: deps.rules.policyVersion },
    },
  ];
}

/** A permit that was recorded and does not hold any more. */
async function revoke(
  deps: BrainDependencies,
  { identity, document, digest }: AuthoriseRequest,
  startId: string,
  why: string,
): Promise<void> {
  if ((await deps.trail.find('proposals', startId)) === undefined) return;
  await deps.trail.append('proposals', {
    id: `${startId}/revoked`,
    eventType: trailEvent.startRevoked,
    actionId: identity.workflowId,
    summary: shorten(why, 400),
    data: { ...about(document), digest, status: 'approved' },
  });
}

/** The mode was asked and did not consent: once, and then only people can (spec T7). */
async function withhold(deps: BrainDependencies, request: AuthoriseRequest, startId: string, why: string): Promise<Authorisation> {
  const { identity, document, digest } = request;
  await revoke(deps, request, startId, why);
  await deps.trail.append('proposals', {
    id: `${identity.workflowId}/withheld`,
    eventType: trailEvent.grantWithheld,
    actionId: identity.workflowId,
    summary: shorten(why, 400),
    data: { ...about(document), status: 'proposed', digest, mode: modeNow(deps) },
  });
  return { kind: 'needs_people', why };
}

async function permitStart(deps: BrainDependencies, request: AuthoriseRequest, recordId: string, receipt: Receipt): Promise<Authorisation> {
  const { plan, identity, digest } = request;
  const approved = await deps.trail.find('proposals', approvalIdOf(request));
  const { grant: signed, approved_by: by = [], decided_at: at = '' } = (approved ?? {}) as Partial<Approved>;
  const asked = { plan, firstRunId: identity.firstRunId, digest, recordId, receipt };
  if (grantOfRequest(request) === undefined) return { kind: 'authorised', ...(await issuePermit(deps, asked)) };
  // People may have approved it under another verdict; what hands are shown is what this record says.
  if (signed === undefined) return { kind: 'needs_people', why: 'the trail has no consent of a mode for this start' };
  const issued = await issuePermit(deps, { ...asked, grant: permitGrantOf(deps, signed) });
  return { kind: 'authorised', ...issued, byMode: { by: by.join(', '), at } };
}

/** A restore withdraws consent as a stop does (spec K3): what has become of it since the backup is not known to the trail. */
function approvedBeforeRestore({ standing }: BrainDependencies, { decidedAt, decisions }: AuthoriseRequest): string | undefined {
  const { restoredAt } = standing.snapshot();
  if (restoredAt === undefined || decisions.length === 0 || Date.parse(decidedAt) >= restoredAt) return undefined;
  return 'a backup was put back after it had been approved: it is asked about again';
}

/** Right before the start: emergency stop, today's rules, digest, approvals, pause and rates; then the record, then the permit (spec P5, X5). */
export async function authorise(deps: BrainDependencies, request: AuthoriseRequest): Promise<Authorisation> {
  const { identity, document, digest, attempt } = request;
  const id = identity.workflowId;
  const startId = `${id}/start/${attempt}`;
  const grant = grantOfRequest(request);
  const stop = (await deps.emergencyStop()) ?? approvedBeforeRestore(deps, request);
  if (stop !== undefined) {
    if (grant !== undefined) return withhold(deps, request, startId, stop);
    await revoke(deps, request, startId, stop);
    return { kind: 'suspended', why: stop };
  }
  const violations = await objections(deps, request);
  if (violations.length > 0) {
    await revoke(deps, request, startId, violations.map(({ message }) => message).join('; '));
    return { kind: 'stale', violations };
  }
  if (grant !== undefined) {
    await catchUp(deps);
    const { why, until } = (await whyWithheld(deps, grant, request)) ?? {};
    if (why !== undefined && until !== undefined) return { kind: 'needs_people', why, until: new Date(until).toISOString() };
    if (why !== undefined) return withhold(deps, request, startId, why);
  }
  const entries = () => startEntries(deps, request, startId);
  const receipt = await recordUnlessHeld(deps, { id, about: about(document), digest, attempt, startId, entries });
  if (!('kind' in receipt)) return permitStart(deps, request, startId, receipt);
  if (receipt.kind === 'limited') return receipt;
  if (grant !== undefined || receipt.kind === 'withheld') return withhold(deps, request, startId, receipt.why);
  await revoke(deps, request, startId, receipt.why);
  return receipt;
}
