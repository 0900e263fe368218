import { condition } from '@temporalio/workflow';
import type { Decision, MalformedDecision } from '../domain/decision.js';
import { judgeDecision, tally } from '../domain/decision.js';
import type { ProposalStatus } from '../domain/status.js';
import type { CaseFile } from './case-file.js';
import { noteDecision, noteEvent, recordNotes, showDetails, showNeeds, showState } from './case-file.js';
import type { Inbox, Letter } from './inbox.js';

export interface Verdict {
  readonly kind: 'approved' | 'rejected' | 'cancelled' | 'expired' | 'flooded';
  readonly reason: string;
  readonly decisions: readonly Decision[];
}

interface Approvals {
  readonly approvalsNeeded: number;
  /** The group that is told when the first one stays silent. */
  readonly escalateTo?: string;
}

/** Reminders at 50 % and 90 %, the next group at 80 % (spec A2), as shares of the time between start and deadline. */
const milestones = [
  { share: 0.5, eventType: 'approval_reminder', text: 'half of the time to decide is over' },
  { share: 0.8, eventType: 'approval_escalated', text: '80 % of the time to decide is over' },
  { share: 0.9, eventType: 'approval_reminder', text: '90 % of the time to decide is over' },
] as const;

export function byOf(decision: Decision | MalformedDecision): string {
  return 'by' in decision ? decision.by : 'unknown';
}

function answerLetter(file: CaseFile, letter: Letter, code: string, why: string, status: ProposalStatus): void {
  const { decision, at } = letter;
  const reason = 'reason' in decision ? decision.reason : undefined;
  noteDecision(file, {
    kind: decision.kind,
    by: byOf(decision).slice(0, 200),
    at: new Date(at).toISOString(),
    code,
    why,
    ...(reason !== undefined && { reason: reason.slice(0, 400) }),
  });
  const accepted = code === 'ACCEPTED';
  letter.answer = { accepted, code, message: accepted ? `${decision.kind} by ${byOf(decision)} accepted` : why, status };
}

function extendDeadline(file: CaseFile, decision: Decision, extension: { seconds: number; count: number }): void {
  const seconds = decision.extendSeconds ?? 0;
  extension.seconds += seconds;
  extension.count += 1;
  file.deadline = (file.deadline ?? Date.now()) + seconds * 1_000;
  noteEvent(file, {
    name: `extended/${String(extension.count)}`,
    eventType: 'deadline_extended',
    summary: `deadline moved to ${new Date(file.deadline).toISOString()} by ${decision.by}`,
    data: { by: decision.by, deadline: new Date(file.deadline).toISOString(), reason: decision.reason ?? '' },
  });
  showState(file, file.deadline);
  showDetails(file);
}

function remind(file: CaseFile, done: Set<string>, startedAt: number, now: number, escalateTo: string | undefined): void {
  const span = (file.deadline ?? now) - startedAt;
  for (const { share, eventType, text } of milestones) {
    const name = `${eventType}/${String(share * 100)}`;
    if (done.has(name) || now < startedAt + span * share) continue;
    done.add(name);
    const group = eventType === 'approval_escalated' ? escalateTo : undefined;
    const data = { deadline: new Date(file.deadline ?? now).toISOString(), ...(group !== undefined && { group }) };
    noteEvent(file, { name, eventType, summary: group === undefined ? text : `${text}; ${group} is asked too`, data });
    if (group !== undefined) showNeeds(group);
  }
}

/** The next moment at which something is due: a milestone that lies ahead, or the deadline. */
function nextMoment(file: CaseFile, startedAt: number, now: number): number {
  const deadline = file.deadline ?? now;
  const ahead = milestones.map(({ share }) => startedAt + (deadline - startedAt) * share).filter((moment) => moment > now);
  return Math.min(deadline, ...ahead);
}

function endFlooded(file: CaseFile, inbox: Inbox): Verdict {
  file.messages = inbox.count;
  const summary = `more than ${String(inbox.count - 1)} messages: counted, not read`;
  noteEvent(file, { name: 'flooded', eventType: 'messages_flooded', summary, data: { messages: inbox.count } });
  return { kind: 'flooded', reason: summary, decisions: [] };
}

/**
 * Waits for people, with a durable timer; judges one message at a time. The first valid decision wins (spec A1). What is judged after the
 * deadline is late, whenever it was sent: the deadline is a promise that nothing runs on old consent.
 */
export async function awaitVerdict(file: CaseFile, inbox: Inbox, { approvalsNeeded, escalateTo }: Approvals): Promise<Verdict> {
  const startedAt = Date.now();
  const reminded = new Set<string>();
  const accepted: Decision[] = [];
  const extension = { seconds: 0, count: 0 };
  for (;;) {
    const now = Date.now();
    const deadline = file.deadline ?? now;
    if (inbox.isFlooded) return endFlooded(file, inbox);
    if (now >= deadline) return { kind: 'expired', reason: `nobody decided by ${new Date(deadline).toISOString()}`, decisions: accepted };
    const letter = inbox.take();
    file.messages = inbox.count;
    if (letter === undefined) {
      await recordNotes(file);
      if (inbox.hasMail) continue;
      const options = { summary: `closes ${new Date(deadline).toISOString().slice(0, 16)}Z` };
      const wait = nextMoment(file, startedAt, Date.now()) - Date.now();
      const woken = wait <= 0 || (await condition(() => inbox.hasMail || inbox.isFlooded, wait, options));
      if (!woken) remind(file, reminded, startedAt, Date.now(), escalateTo);
      continue;
    }
    const { decision } = letter;
    const judged =
      decision.kind === 'resolve' && !('malformed' in decision)
        ? { code: 'NOT_WAITING', why: 'there is nothing to resolve: it has not been started' }
        : judgeDecision(decision, { proposalId: file.identity.workflowId, digest: file.digest ?? '', extendedSeconds: extension.seconds });
    if (judged.code !== 'ACCEPTED' || 'malformed' in decision) {
      answerLetter(file, letter, judged.code, judged.why, file.status);
      continue;
    }
    if (decision.kind === 'extend') extendDeadline(file, decision, extension);
    else accepted.push(decision);
    const state = tally(accepted, approvalsNeeded);
    answerLetter(file, letter, 'ACCEPTED', '', state === 'pending' ? file.status : state);
    if (state !== 'pending') return { kind: state, reason: decision.reason ?? `${decision.kind} by ${decision.by}`, decisions: accepted };
  }
}

/** After the decision: every further message is recorded as late; a cancellation is handed on while something runs. */
export function answerLate(file: CaseFile, inbox: Inbox, accept?: (decision: Decision) => boolean): void {
  for (let letter = inbox.take(); letter !== undefined; letter = inbox.take()) {
    file.messages = inbox.count;
    const { decision } = letter;
    if ('malformed' in decision) answerLetter(file, letter, 'MALFORMED', decision.malformed, file.status);
    else if (accept?.(decision) === true) answerLetter(file, letter, 'ACCEPTED', '', file.status);
    else
      answerLetter(
        file,
        letter,
        'LATE',
        `already ${file.status}${file.decidedBy === undefined ? '' : `, decided by ${file.decidedBy}`}`,
        file.status,
      );
  }
  file.messages = inbox.count;
}
