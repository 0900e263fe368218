import { workflowInfo } from '@temporalio/workflow';
import type { CountedDecision, RunIdentity } from '../../contract/activities.js';
import type { ProposalEvent } from '../../contract/proposal-event.js';
import type { JudgedMessage, PreviewView } from '../../contract/messages.js';
import type { ProposalSource } from '../../contract/search-attributes.js';
import { searchAttributes } from '../../contract/search-attributes.js';
import type { ExecutionPlan } from '../../domain/action/plan.js';
import type { ProposalDocument } from '../../domain/action/proposal.schema.js';
import type { CommandResult } from '../../domain/action/result.js';
import type { ProposalStatus } from '../../domain/action/status.js';
import { canFollow } from '../../domain/action/status.js';
import type { Mode } from '../../domain/modes/mode.js';
import type { Proposer } from '../../domain/approval/terms.js';
import type { Violation } from '../../domain/violation.js';
import { ownIdentity } from '../identity.js';
import type { Inbox } from './inbox.js';
import { openInbox } from './inbox.js';

/** Messages shown by the query; more are counted. */
const messagesShownMax = 50;

export interface UndoneCommand {
  readonly tool: string;
  readonly ok: boolean;
  readonly summary: string;
}

/** All that is known about one proposal while its workflow runs. Everybody reads it; only the functions here and in `question.ts` change it. */
export interface ProposalState {
  readonly identity: RunIdentity;
  readonly document: ProposalDocument;
  readonly inbox: Inbox;
  readonly status: ProposalStatus;
  readonly reason: string;
  /** What people are asked about; both are absent until review and preview are over. */
  readonly plan: ExecutionPlan | undefined;
  readonly digest: string | undefined;
  /** Milliseconds since the epoch; undefined before the review and once it has ended. */
  readonly deadline: number | undefined;
  /** Approved, and too many of its type were started lately: when its turn is. Milliseconds since the epoch. */
  readonly turn: number | undefined;
  /** When people were first asked. */
  readonly askedAt: number | undefined;
  /** Whose approval is missing, in words; and how far it has come, for lists. */
  readonly needs: string;
  readonly needsListed: string;
  /** What lists are told that the document does not say; the key where its starter had another. */
  readonly source: ProposalSource;
  readonly actionKey: string | undefined;
  /** In which it was reviewed. */
  readonly mode: Mode;
  /** The next group has been asked, so that its approval counts too. */
  readonly isEscalated: boolean;
  /** When the mode is asked whether it consents, unless people have decided until then; absent: never, or it has been asked. Milliseconds. */
  readonly grantAt: number | undefined;
  /** Nobody decided: what holds is that the mode may consent. */
  readonly isByMode: boolean;
  /** Names of the milestones that people have been reminded of. */
  readonly reminded: readonly string[];
  readonly extension: { readonly seconds: number; readonly count: number };
  /** Every decision that counts, in order. */
  readonly counted: readonly CountedDecision[];
  readonly usedNonces: readonly string[];
  /** The review of a broken glass has been opened. */
  readonly isGlassReviewed: boolean;
  /** Previews that people asked for. */
  readonly previews: number;
  readonly proposer: Proposer | undefined;
  readonly decidedBy: string | undefined;
  readonly decidedAt: string | undefined;
  /** Of the signed word that decided it, where it was one. */
  readonly decidingNonce: string | undefined;
  /** Every decision that it rests on was signed. */
  readonly isSigned: boolean;
  readonly warnings: readonly string[];
  readonly preview: PreviewView | undefined;
  readonly violations: readonly Violation[];
  /** The last messages, and whether they counted. */
  readonly judged: readonly JudgedMessage[];
  /** Messages that were refused or came late. */
  readonly refusals: number;
  /** Start permits asked for; more than one where an emergency stop came in between. */
  readonly authorisations: number;
  /** How often a stop or a pause has held it back. */
  readonly suspensions: number;
  /** More than one where an approval was withdrawn before the start. */
  readonly verdicts: number;
  readonly results: readonly CommandResult[];
  /** What a dry run would have started. */
  readonly commandLines: readonly (readonly string[])[] | undefined;
  readonly rollbacks: readonly UndoneCommand[];
  /** What the audit trail has yet to be told. */
  readonly unrecorded: readonly ProposalEvent[];
  /** In the name of the hands, and not signed by them. */
  readonly refusedAnswers: number;
}

/** The parameter of whoever changes a state: here and in `question.ts`, and nowhere else. */
export type Changing = { -readonly [Field in keyof ProposalState]: ProposalState[Field] };

/** Nobody can tell a person without a key from another client: there the starter's word stands. What bears more has to be proven. */
function startersSource(): ProposalSource {
  return workflowInfo().typedSearchAttributes.get(searchAttributes.source) === 'person' ? 'person' : 'client';
}

/** Sets the handlers of all messages, so it comes before the workflow's first await. */
export function openState(document: ProposalDocument): ProposalState {
  return {
    identity: ownIdentity(),
    document,
    inbox: openInbox(),
    status: 'draft',
    reason: 'under review',
    plan: undefined,
    digest: undefined,
    deadline: undefined,
    turn: undefined,
    askedAt: undefined,
    needs: '',
    needsListed: '',
    source: startersSource(),
    actionKey: undefined,
    mode: 'alpha',
    isEscalated: false,
    grantAt: undefined,
    isByMode: false,
    reminded: [],
    extension: { seconds: 0, count: 0 },
    counted: [],
    usedNonces: [],
    isGlassReviewed: false,
    previews: 0,
    proposer: undefined,
    decidedBy: undefined,
    decidedAt: undefined,
    decidingNonce: undefined,
    isSigned: false,
    warnings: [],
    preview: undefined,
    violations: [],
    judged: [],
    refusals: 0,
    authorisations: 0,
    suspensions: 0,
    verdicts: 0,
    results: [],
    commandLines: undefined,
    rollbacks: [],
    unrecorded: [],
    refusedAnswers: 0,
  };
}

/** Along the table of `domain/action/status.ts`: a move that the table lacks is a bug. */
export function setStatus(state: Changing, status: ProposalStatus, reason: string): void {
  if (status !== state.status && !canFollow(state.status, status))
    throw new TypeError(`no proposal goes from ${state.status} to ${status}`);
  state.status = status;
  state.reason = reason;
}

/** Where it stands within its status. */
export function setReason(state: Changing, reason: string): void {
  state.reason = reason;
}

export function takeViolations(state: Changing, violations: readonly Violation[]): void {
  state.violations = violations;
}

export function takePreview(state: Changing, preview: PreviewView): void {
  state.preview = preview;
}

export function countAuthorisation(state: Changing): number {
  return (state.authorisations += 1);
}

export function countSuspension(state: Changing): number {
  return (state.suspensions += 1);
}

export function markGlassReviewed(state: Changing): void {
  state.isGlassReviewed = true;
}

export function takeResults(state: Changing, results: readonly CommandResult[]): void {
  state.results = results;
}

export function takeCommandLines(state: Changing, lines: readonly (readonly string[])[]): void {
  state.commandLines = lines;
}

export function noteRollback(state: Changing, undone: UndoneCommand): void {
  state.rollbacks = [...state.rollbacks, undone];
}

/** The number of those that did not count, this one included; 0 for one that did. */
export function noteJudged(state: Changing, message: JudgedMessage): number {
  state.judged = [...state.judged, message].slice(-messagesShownMax);
  return message.code === 'ACCEPTED' ? 0 : (state.refusals += 1);
}

export function countRefusedAnswer(state: Changing): number {
  return (state.refusedAnswers += 1);
}

export function noteEvent(state: Changing, event: ProposalEvent): void {
  state.unrecorded = [...state.unrecorded, event];
}

export function takeNotes(state: Changing): readonly ProposalEvent[] {
  const notes = state.unrecorded;
  state.unrecorded = [];
  return notes;
}
