import type { Authorisation, BrainActivities } from '../contract/activities.js';
import type { AuditEntry, Receipt } from '../domain/audit.js';
import { tally } from '../domain/decision.js';
import { planDigest } from '../domain/ids.js';
import { shorten } from '../domain/text.js';
import type { Violation } from '../domain/violation.js';
import type { BrainDependencies } from './assess.js';
import { about, assess, changedParts, receiptText } from './assess.js';

type AuthoriseRequest = Parameters<BrainActivities['authoriseStart']>[0];

/** Why what was approved may not start any more; empty where it still holds. */
async function objections(
  deps: BrainDependencies,
  { identity, document, plan, digest, decisions }: AuthoriseRequest,
): Promise<readonly Violation[]> {
  const assessment = await assess(deps, identity.workflowId, document);
  if (assessment.kind === 'unsound') return assessment.violations;
  // The effect that was bound is no matter of today's rules: it goes with the plan.
  const today = plan.effect === undefined ? assessment.plan : { ...assessment.plan, effect: plan.effect };
  if (planDigest(deps.sha256, today) !== digest) {
    const parts = changedParts(plan, today).join(', ');
    return [
      { rule: 'digest', clause: 'spec P5', message: `what would run is no longer what was approved: ${parts || 'the plan'} changed` },
    ];
  }
  const foreign = decisions.some(({ kind, digest: sent }) => kind === 'approve' && (sent === undefined || !digest.startsWith(sent)));
  if (foreign || tally(decisions, deps.approvalsNeeded) !== 'approved') {
    return [{ rule: 'approval', clause: 'spec A1', message: 'the recorded decisions do not approve this digest' }];
  }
  return [];
}

/** Right before the start: today's rules, the digest, the approvals, the emergency stop; then the record, then the permit (spec P5, X5). */
export async function authorise(deps: BrainDependencies, request: AuthoriseRequest): Promise<Authorisation> {
  const { identity, document, digest, decisions, decidedAt, attempt } = request;
  const id = identity.workflowId;
  const recordId = `${id}/start/${String(attempt)}`;
  const base = { ...about(document), digest };
  const revoke = async (why: string) => {
    if ((await deps.trail.find('proposals', recordId)) === undefined) return;
    const entry = {
      id: `${recordId}/revoked`,
      eventType: 'start_revoked',
      actionId: id,
      summary: shorten(why, 400),
      data: { ...base, status: 'approved' },
    };
    await deps.trail.append('proposals', entry);
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
  const approved: AuditEntry = {
    id: `${id}/approved`,
    eventType: 'action_approved',
    actionId: id,
    summary: `approved by ${by.join(', ')}`,
    data: {
      ...base,
      status: 'approved',
      approved_by: by,
      decided_at: decidedAt,
      reasons: decisions.map(({ reason }) => reason ?? ''),
      assurance: 'unsigned',
    },
  };
  const authorised: AuditEntry = {
    id: recordId,
    eventType: 'start_authorised',
    actionId: id,
    summary: `start permitted on ${deps.host}`,
    data: { ...base, status: 'executing', host: deps.host, policy_version: deps.policyVersion },
  };
  const receipt = await deps.trail.append('proposals', approved, authorised);
  return permitFor(deps, request, recordId, receipt);
}

/** The permit's times come from the record, so a repeated call issues the same one. */
async function permitFor(
  deps: BrainDependencies,
  { identity, digest, plan }: AuthoriseRequest,
  recordId: string,
  receipt: Receipt,
): Promise<Authorisation> {
  const record = await deps.trail.find('proposals', recordId);
  const issued = record === undefined ? deps.now() : new Date(record.timestamp);
  const permit = deps.issuePermit({
    v: 1,
    vessel: plan.vessel,
    proposalId: identity.workflowId,
    firstRunId: identity.firstRunId,
    host: deps.host,
    digest,
    receipt: receiptText(receipt),
    expiresAt: new Date(issued.getTime() + deps.permitSeconds * 1_000).toISOString(),
  });
  return { kind: 'authorised', host: deps.host, permit, permitSeconds: deps.permitSeconds };
}
