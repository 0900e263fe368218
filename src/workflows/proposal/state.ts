import { defineQuery, setCurrentDetails, setHandler, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { CountedDecision, ProposalEvent, RunIdentity } from '../../contract/activities.js';
import type { DecisionRecord, PreviewView, ProposalView } from '../../contract/messages.js';
import { queryNames } from '../../contract/names.js';
import { proposalAttributes, searchAttributes } from '../../contract/search-attributes.js';
import type { Proposer } from '../../domain/approval/terms.js';
import type { ExecutionPlan } from '../../domain/action/plan.js';
import type { ProposalDocument } from '../../domain/action/proposal.schema.js';
import type { CommandResult } from '../../domain/action/result.js';
import { reviewMarkdown } from '../../domain/review/review-markdown.js';
import type { ProposalStatus } from '../../domain/action/status.js';
import { canFollow } from '../../domain/action/status.js';
import type { SnakeKeys } from '../../domain/text/key-case.js';
import { snakeKeys } from '../../domain/text/key-case.js';
import { shorten } from '../../domain/text/visible.js';
import type { Violation } from '../../domain/violation.js';
import { brain, recordAlways } from '../recording.js';

/** Decisions shown by the query; more are counted. */
const decisionsShownMax = 50;
/** Refused or late messages that get an audit line of their own; more are counted (the history holds them all). */
const refusalsRecordedMax = 20;

/** All that is known about one proposal while its workflow runs: plain data, changed only by the functions of this file and its owner. */
export interface CaseFile {
  readonly identity: RunIdentity;
  readonly document: ProposalDocument;
  status: ProposalStatus;
  reason: string;
  plan?: ExecutionPlan;
  digest?: string;
  deadline?: number;
  /** Whose approval is missing, in words. */
  needs: string;
  /** For plans without terms: how many names have to say yes. */
  approvalsNeeded: number;
  escalateTo?: string;
  /** The next group has been asked, so that its word counts too. */
  escalated: boolean;
  /** When people were first asked. */
  askedAt?: number;
  readonly reminded: Set<string>;
  readonly extension: { seconds: number; count: number };
  /** Every word that counts, in order. */
  ballots: CountedDecision[];
  readonly usedNonces: string[];
  /** The review of a broken glass has been opened. */
  glassReviewed: boolean;
  /** Previews that people asked for. */
  previews: number;
  proposer?: Proposer;
  decidedBy?: string;
  decidedAt?: string;
  /** Absent: unsigned. */
  assurance?: 'signed';
  warnings: readonly string[];
  preview?: PreviewView;
  violations: readonly Violation[];
  readonly decisions: DecisionRecord[];
  messages: number;
  /** Start permits asked for; more than one where an emergency stop came in between. */
  authorisations: number;
  /** More than one where an approval was withdrawn before the start. */
  verdicts: number;
  refusals: number;
  results: readonly CommandResult[];
  /** What a dry run would have started. */
  commandLines?: readonly (readonly string[])[];
  readonly rollbacks: { readonly tool: string; readonly ok: boolean; readonly summary: string }[];
  readonly unrecorded: ProposalEvent[];
}

export function openCaseFile(document: ProposalDocument): CaseFile {
  const { workflowId, firstExecutionRunId, parent } = workflowInfo();
  const file: CaseFile = {
    identity: { workflowId, firstRunId: firstExecutionRunId, ...(parent && { parentId: parent.workflowId }) },
    document,
    status: 'draft',
    reason: 'under review',
    needs: '',
    approvalsNeeded: 1,
    escalated: false,
    reminded: new Set(),
    extension: { seconds: 0, count: 0 },
    ballots: [],
    usedNonces: [],
    glassReviewed: false,
    previews: 0,
    warnings: [],
    violations: [],
    decisions: [],
    messages: 0,
    authorisations: 0,
    verdicts: 0,
    refusals: 0,
    results: [],
    rollbacks: [],
    unrecorded: [],
  };
  setHandler(defineQuery<SnakeKeys<ProposalView>>(queryNames.status), () => snakeKeys(toView(file)), {
    description: 'Everything about this proposal, as ubos shows it.',
  });
  return file;
}

function toView(file: CaseFile): ProposalView {
  return {
    schema: 'ubos.proposal/v1',
    proposalId: file.identity.workflowId,
    firstRunId: file.identity.firstRunId,
    status: file.status,
    reason: file.reason,
    needs: file.needs === '' ? undefined : file.needs,
    proposer: file.proposer,
    document: file.document,
    plan: file.plan,
    digest: file.digest,
    deadline: file.deadline === undefined ? undefined : new Date(file.deadline).toISOString(),
    warnings: file.warnings,
    preview: file.preview,
    violations: file.violations,
    decisions: file.decisions,
    messages: file.messages,
    results: file.results,
    commandLines: file.commandLines,
    rollbacks: file.rollbacks,
  };
}

/** Moves the proposal on, along the table of `domain/status.ts`, and tells people. A move that the table lacks is a bug. */
export function moveTo(file: CaseFile, status: ProposalStatus, reason: string): void {
  if (status !== file.status && !canFollow(file.status, status)) throw new TypeError(`no proposal goes from ${file.status} to ${status}`);
  file.status = status;
  file.reason = reason;
  showDetails(file);
}

/** What the web UI shows as current details; costs no event. */
export function showDetails(file: CaseFile): void {
  setCurrentDetails(detailsOf(file));
}

function detailsOf(file: CaseFile): string {
  try {
    return reviewMarkdown({
      document: file.document,
      ...(file.plan && { plan: file.plan }),
      ...(file.digest !== undefined && { digest: file.digest }),
      ...(file.deadline !== undefined && { deadline: new Date(file.deadline) }),
      now: new Date(Date.now()),
      status: file.status,
      warnings: file.warnings,
      violations: file.violations,
      ...(file.needs !== '' && { needs: file.needs }),
      ...(file.proposer && { proposer: file.proposer }),
      ...(file.preview && { preview: file.preview }),
    });
  } catch {
    // What the review refused may be anything; an Error here would fail the workflow task for ever.
    return `**${file.status}**\n\nThis is no proposal and cannot be shown as one: the query \`status\` tells why.`;
  }
}

/** One event for one upsert, so only what changed: rejected, expired and rolled back all close as Completed, so lists need the state. */
export function showState(file: CaseFile, deadline?: number): void {
  upsertSearchAttributes([
    { key: searchAttributes.state, value: file.status },
    ...(deadline === undefined ? [] : [{ key: searchAttributes.deadline, value: new Date(deadline) }]),
  ]);
}

/** A keyword on a SQL server has room for 255 characters; the details have all of it. */
const keywordMax = 250;

export function showNeeds(needs: string): void {
  upsertSearchAttributes([{ key: searchAttributes.needs, value: shorten(needs, keywordMax) }]);
}

/** A proposal that some other Temporal client started shows in the same lists as the others. */
export function showStrangersAttributes({ document, deadline }: CaseFile): void {
  if (workflowInfo().typedSearchAttributes.get(searchAttributes.vessel) !== undefined) return;
  upsertSearchAttributes(proposalAttributes({ document, source: 'client', deadline: new Date(deadline ?? Date.now()) }));
}

/** Notes a message and its verdict; what was refused or came late gets an audit line, up to a bound. */
export function noteDecision(file: CaseFile, record: DecisionRecord): void {
  file.decisions.push(record);
  if (file.decisions.length > decisionsShownMax) file.decisions.shift();
  if (record.code === 'ACCEPTED') return;
  file.refusals += 1;
  if (file.refusals > refusalsRecordedMax) return;
  file.unrecorded.push({
    name: `refused/${file.refusals}`,
    eventType: record.code === 'LATE' ? 'decision_late' : 'decision_refused',
    summary: `${record.kind} by ${record.by} not obeyed: ${record.why}`.slice(0, 400),
    data: { decision: record.kind, by: record.by, code: record.code, received_at: record.at },
  });
}

export function noteEvent(file: CaseFile, event: ProposalEvent): void {
  file.unrecorded.push(event);
}

/** Writes what has been noted; at once where there is nothing. */
export async function recordNotes(file: CaseFile): Promise<void> {
  const events = file.unrecorded.splice(0);
  if (events.length === 0) return;
  await recordAlways(() => brain.recordEvents({ identity: file.identity, document: file.document, events }));
}
