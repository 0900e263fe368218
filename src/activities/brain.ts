import type { Authorisation, AuditUnavailable, BrainActivities, ReviewOutcome } from '../contract/activities.js';
import type { AuditEntry, Receipt } from '../domain/audit.js';
import { tally } from '../domain/decision.js';
import { JanusError } from '../domain/errors.js';
import { packPlan } from '../domain/packing.js';
import type { ProposalDocument } from '../domain/proposal.schema.js';
import { shorten, toSnakeCase } from '../domain/text.js';
import type { Violation } from '../domain/violation.js';
import { recordEnd, recordResult } from './recording.js';
import type { Assessment, BrainDependencies } from './reviewing.js';
import { assess, changedParts, noveltyViolations, receiptText } from './reviewing.js';

/** A trail that cannot be written is an answer, not an exception: the workflow waits on a durable timer and asks again. */
async function unlessUnavailable<T>(work: () => Promise<T>): Promise<T | AuditUnavailable> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof JanusError && error.code === 'AUDIT_UNAVAILABLE') return { kind: 'audit_unavailable', why: error.message };
    throw error;
  }
}

/** What every line of a proposal says about it, in the seed's keys. */
function about(document: ProposalDocument): Record<string, unknown> {
  const fields = (typeof document === 'object' && document !== null ? document : {}) as Partial<Record<keyof ProposalDocument, unknown>>;
  return {
    risk_level: typeof fields.risk_level === 'string' ? shorten(fields.risk_level, 16) : 'unknown',
    action_type: typeof fields.action_type === 'string' ? toSnakeCase(shorten(fields.action_type, 64)) : 'unknown',
  };
}

function summaryOf(document: ProposalDocument): string {
  const text: unknown = (document as Partial<ProposalDocument> | null)?.rationale;
  return typeof text === 'string' ? shorten(text, 200) : 'not a proposal';
}

function refusalEntry(id: string, document: ProposalDocument, violations: readonly Violation[], policyVersion: string): AuditEntry {
  return {
    id: `${id}/review`,
    eventType: 'action_refused',
    actionId: id,
    summary: shorten(violations.map(({ rule, message }) => `${rule}: ${message}`).join('; '), 400),
    data: { ...about(document), status: 'rejected', violations, policy_version: policyVersion },
  };
}

function proposedEntry(deps: BrainDependencies, id: string, document: ProposalDocument, sound: Assessment & { kind: 'sound' }): AuditEntry {
  const playbook: unknown = document.metadata?.['playbook_id'];
  return {
    id: `${id}/review`,
    eventType: 'action_proposed',
    actionId: id,
    summary: summaryOf(document),
    data: {
      ...about(document),
      status: 'proposed',
      digest: sound.digest,
      action_key: sound.actionKey,
      deadline: new Date(deps.now().getTime() + deps.approvalSeconds * 1_000).toISOString(),
      policy_version: deps.policyVersion,
      mission_context: shorten(document.mission_context, 200),
      ...(typeof playbook === 'string' && { playbook_id: playbook }),
      proposal: document,
    },
  };
}

async function review(deps: BrainDependencies, id: string, document: ProposalDocument): Promise<ReviewOutcome> {
  const { policyVersion } = deps;
  const assessment = await assess(deps, id, document);
  let violations: readonly Violation[] = assessment.kind === 'unsound' ? assessment.violations : [];
  // A worker that died after writing its verdict must find the same one again, whatever the other proposals did since.
  const earlier = await deps.trail.find('proposals', `${id}/review`);
  if (earlier?.event_type === 'action_refused') {
    return { kind: 'refused', violations: earlier['violations'] as readonly Violation[], policyVersion };
  }
  await deps.trail.decide('proposals', () => {
    if (assessment.kind === 'sound' && earlier === undefined) violations = noveltyViolations(deps, assessment);
    return assessment.kind === 'sound' && violations.length === 0
      ? proposedEntry(deps, id, document, assessment)
      : { ...refusalEntry(id, document, violations, policyVersion), ...(earlier && { id: `${id}/review/again` }) };
  });
  if (assessment.kind === 'unsound' || violations.length > 0) return { kind: 'refused', violations, policyVersion };
  return {
    kind: 'passed',
    plan: packPlan(assessment.plan),
    digest: assessment.digest,
    policyVersion,
    approvalSeconds: deps.approvalSeconds,
    approvalsNeeded: deps.approvalsNeeded,
    onTimeout: deps.onTimeout,
    warnings: assessment.plan.dryRun ? ['dry run: debug.dry_run_mode is on, nothing will be started'] : [],
  };
}

type AuthoriseRequest = Parameters<BrainActivities['authoriseStart']>[0];

/** Why what was approved may not start any more; empty where it still holds. */
async function objections(
  deps: BrainDependencies,
  { identity, document, plan, digest, decisions }: AuthoriseRequest,
): Promise<readonly Violation[]> {
  const assessment = await assess(deps, identity.workflowId, document);
  if (assessment.kind === 'unsound') return assessment.violations;
  if (assessment.digest !== digest) {
    const parts = changedParts(plan, assessment.plan).join(', ');
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

async function authorise(deps: BrainDependencies, request: AuthoriseRequest): Promise<Authorisation> {
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

/** The brain's local activities: thin, and the only ones that write the audit trail. */
export function createBrainActivities(deps: BrainDependencies): BrainActivities {
  return {
    reviewProposal: ({ identity, document }) => unlessUnavailable(() => review(deps, identity.workflowId, document as ProposalDocument)),
    authoriseStart: (request) => unlessUnavailable(() => authorise(deps, request)),
    recordEvents: ({ identity, document, events }) =>
      unlessUnavailable(async () => {
        let receipt: Receipt | undefined;
        for (const { name, eventType, summary, data } of events) {
          const entry = {
            id: `${identity.workflowId}/${name}`,
            eventType,
            actionId: identity.workflowId,
            summary,
            data: { ...about(document), ...data },
          };
          receipt = await deps.trail.append('proposals', entry);
        }
        if (receipt === undefined) throw new TypeError('there is nothing to record');
        return { kind: 'recorded', receipt };
      }),
    recordResult: (request) => unlessUnavailable(() => recordResult(deps, request, about(request.document))),
    recordEnd: (request) => unlessUnavailable(() => recordEnd(deps, request, about(request.document))),
    recordCycle: ({ workflowId, runId, report }) =>
      unlessUnavailable(async () => {
        const { started, duplicates, skipped, idle, metrics } = report;
        const summary =
          idle ?? `${String(started.length)} proposed, ${String(duplicates.length)} duplicate, ${String(skipped.length)} skipped`;
        const data = { workflow_id: workflowId, started, duplicates, skipped: skipped.slice(0, 50), metrics };
        return {
          kind: 'recorded',
          receipt: await deps.trail.append('mission_log', { id: `cycle/${runId}`, eventType: 'thinking_cycle', summary, data }),
        };
      }),
  };
}
