import { condition } from '@temporalio/workflow';
import type { CountedDecision } from '../../contract/activities.js';
import { needsText, personOf, progressOf, progressText } from '../../domain/approval/rules.js';
import type { TallyState } from '../../domain/approval/terms.js';
import { requirementNow, standingApprovers, tallyBallots } from '../../domain/approval/terms.js';
import type { Decision, DecisionKind, MalformedDecision } from '../../domain/approval/decision.js';
import type { ProposalStatus } from '../../domain/action/status.js';
import type { CaseFile } from './state.js';
import { noteDecision, noteEvent, recordNotes, showDetails, showNeeds, showState } from './state.js';
import type { Inbox, Letter } from './inbox.js';
import type { Judgement } from './judging.js';
import { counted, judgeLetter, termsOf } from './judging.js';
import { nextMoment, remind } from './reminding.js';

export interface Verdict {
  readonly kind: 'approved' | 'rejected' | 'cancelled' | 'expired' | 'flooded';
  readonly reason: string;
  /** Approved: what stands for it; otherwise the word that ended it. */
  readonly decisions: readonly CountedDecision[];
}

export function byOf(decision: Decision | MalformedDecision): string {
  return 'by' in decision ? decision.by : 'unknown';
}

/** Whoever comes second learns when the first one decided. In the answer only: records of old histories are replayed to the letter. */
const firstAt = ({ decidedAt }: CaseFile, code: string) => (code === 'LATE' && decidedAt !== undefined ? ` at ${decidedAt}` : '');

function answerLetter(file: CaseFile, letter: Letter, { code, why, key }: Judgement, status: ProposalStatus): void {
  const { decision, at } = letter;
  const reason = 'reason' in decision ? decision.reason : undefined;
  noteDecision(file, {
    kind: decision.kind,
    by: byOf(decision).slice(0, 200),
    at: new Date(at).toISOString(),
    code,
    why,
    reason: reason?.slice(0, 400),
    consideredSeconds: 'consideredSeconds' in decision ? decision.consideredSeconds : undefined,
    key,
  });
  const isAccepted = code === 'ACCEPTED';
  const message = isAccepted
    ? `${decision.kind} by ${byOf(decision)} accepted${why === '' ? '' : `; ${why}`}`
    : `${why}${firstAt(file, code)}`;
  letter.answer = { accepted: isAccepted, code, message, status };
}

function extendDeadline(file: CaseFile, decision: Decision): void {
  const { extension } = file;
  const seconds = decision.extendSeconds ?? 0;
  extension.seconds += seconds;
  extension.count += 1;
  file.deadline = (file.deadline ?? Date.now()) + seconds * 1_000;
  noteEvent(file, {
    name: `extended/${extension.count}`,
    eventType: 'deadline_extended',
    summary: `deadline moved to ${new Date(file.deadline).toISOString()} by ${decision.by}`,
    data: { by: decision.by, deadline: new Date(file.deadline).toISOString(), reason: decision.reason ?? '' },
  });
  showState(file, file.deadline);
  showDetails(file);
}

/** What is there and what is missing, in words for lists and records; with names in view and details, which cost no history. Empty where one word of anybody is enough. */
export function showProgress(file: CaseFile): string {
  if (file.plan?.approval === undefined) return '';
  const terms = termsOf(file);
  const standing = standingApprovers(file.ballots, terms);
  const ways = progressOf(requirementNow(terms, file.escalated), standing, terms.groups, terms.excluded);
  file.needs = needsText(ways);
  const progress = progressText(ways);
  showNeeds(progress);
  showDetails(file);
  return progress;
}

/** A word that decides nothing yet has a line of its own; the last one is in the line of the decision. */
function noteBallot(file: CaseFile, { kind, by, key, reason, consideredSeconds }: CountedDecision, progress: string): void {
  noteEvent(file, {
    name: `ballot/${file.ballots.length}`,
    eventType: kind === 'withdraw' ? 'approval_withdrawn' : 'approval_given',
    summary: `${kind} by ${by}; ${progress}`.slice(0, 400),
    data: {
      by,
      progress,
      assurance: key === undefined ? 'unsigned' : 'signed',
      ...(key !== undefined && { key }),
      reason: reason ?? '',
      ...(consideredSeconds !== undefined && { considered_seconds: consideredSeconds }),
    },
  });
}

export const stands = (file: CaseFile, by: string) =>
  standingApprovers(file.ballots, termsOf(file)).some((name) => personOf(name) === personOf(by));

/** What stands for the start: one word of each standing approver, the last one, or that of the one who broke the glass. */
function standingDecisions(file: CaseFile): readonly CountedDecision[] {
  const last = new Map<string, CountedDecision>();
  for (const ballot of file.ballots) if (ballot.kind === 'approve' && stands(file, ballot.by)) last.set(personOf(ballot.by), ballot);
  return [...last.values(), ...file.ballots.filter(({ kind }) => kind === 'break_glass')];
}

/** The same verdict without what was taken back since: neither brain nor hands are to count it. */
export const asItStands = (file: CaseFile, verdict: Verdict): Verdict =>
  file.plan?.approval === undefined ? verdict : { ...verdict, decisions: standingDecisions(file) };

export function tallyOf(file: CaseFile): TallyState {
  return tallyBallots(termsOf(file), file.ballots, file.escalated);
}

/** Takes one word in that counts; what it comes to, and what is to be said about it. */
export function takeBallot(file: CaseFile, decision: CountedDecision): { readonly state: TallyState; readonly progress: string } {
  file.ballots.push(decision);
  const state = tallyOf(file);
  if (state !== 'pending' && decision.kind !== 'withdraw') return { state, progress: '' };
  const progress = showProgress(file);
  noteBallot(file, decision, progress);
  return { state, progress };
}

function endFlooded(file: CaseFile, inbox: Inbox): Verdict {
  file.messages = inbox.count;
  const summary = `more than ${inbox.count - 1} messages: counted, not read`;
  noteEvent(file, { name: 'flooded', eventType: 'messages_flooded', summary, data: { messages: inbox.count } });
  return { kind: 'flooded', reason: summary, decisions: [] };
}

/** What cannot be said while a decision is awaited, though it is well-formed. */
function untimely(file: CaseFile, decision: Decision | MalformedDecision): Judgement | undefined {
  if ('malformed' in decision) return undefined;
  if (decision.kind === 'resolve') return { code: 'NOT_WAITING', why: 'there is nothing to resolve: it has not been started' };
  if (decision.kind === 'withdraw' && !stands(file, decision.by))
    return { code: 'NOTHING_TO_WITHDRAW', why: `${decision.by.slice(0, 60)} has approved nothing here` };
  return undefined;
}

/** Judges the next message; a verdict where it decided the matter. */
async function judgeNext(file: CaseFile, letter: Letter, preview: (round: number) => Promise<string>): Promise<Verdict | undefined> {
  const judged = untimely(file, letter.decision) ?? (await judgeLetter(file, letter));
  if (judged.code !== 'ACCEPTED' || 'malformed' in letter.decision) {
    answerLetter(file, letter, judged, file.status);
    return undefined;
  }
  const decision = counted(letter, judged);
  if (decision.kind === 'extend') {
    extendDeadline(file, decision);
    answerLetter(file, letter, judged, file.status);
    return undefined;
  }
  if (decision.kind === 'preview') {
    file.previews += 1;
    const why = await preview(file.previews);
    if (why === '' && file.ballots.length === 0) showProgress(file);
    answerLetter(file, letter, why === '' ? judged : { ...judged, code: 'PREVIEW_REFUSED', why }, file.status);
    return undefined;
  }
  const { state, progress } = takeBallot(file, decision);
  answerLetter(file, letter, { ...judged, why: progress }, state === 'pending' ? file.status : state);
  if (state === 'pending') return undefined;
  const decisions = state === 'approved' ? standingDecisions(file) : [decision];
  return { kind: state, reason: decision.reason ?? `${decision.kind} by ${decision.by}`, decisions };
}

/**
 * Waits for people, with a durable timer; judges one message at a time. The first valid decision wins (spec A1). What is judged after the
 * deadline is late, whenever it was sent: the deadline is a promise that nothing runs on old consent.
 */
export async function awaitVerdict(file: CaseFile, inbox: Inbox, preview: (round: number) => Promise<string>): Promise<Verdict> {
  file.askedAt ??= Date.now();
  for (;;) {
    const now = Date.now();
    const deadline = file.deadline ?? now;
    if (inbox.isFlooded) return endFlooded(file, inbox);
    if (now >= deadline) return { kind: 'expired', reason: `nobody decided by ${new Date(deadline).toISOString()}`, decisions: [] };
    const letter = inbox.take();
    file.messages = inbox.count;
    if (letter !== undefined) {
      const verdict = await judgeNext(file, letter, preview);
      if (verdict !== undefined) return verdict;
      continue;
    }
    await recordNotes(file);
    if (inbox.hasMail) continue;
    const options = { summary: `closes ${new Date(deadline).toISOString().slice(0, 16)}Z` };
    const wait = nextMoment(file, Date.now()) - Date.now();
    const woken = wait <= 0 || (await condition(() => inbox.hasMail || inbox.isFlooded, wait, options));
    if (!woken && remind(file, Date.now())) showProgress(file);
  }
}

/** What may still be said once it is decided, and what is done with it: true where it was taken. */
export interface StillOpen {
  readonly kinds: readonly DecisionKind[];
  readonly accept: (decision: CountedDecision) => boolean;
  /** True where what was taken has opened the question again: what comes behind is not late. */
  readonly isOver?: () => boolean;
}

const nothing: StillOpen = { kinds: [], accept: () => false };

/** After the decision: every further message is recorded as late, but for what is still open to say. */
export async function answerLate(
  file: CaseFile,
  inbox: Inbox,
  { kinds, accept, isOver = () => false }: StillOpen = nothing,
): Promise<void> {
  for (let letter = inbox.take(); letter !== undefined; letter = isOver() ? undefined : inbox.take()) {
    file.messages = inbox.count;
    const { decision } = letter;
    const late = { code: 'LATE', why: `already ${file.status}${file.decidedBy === undefined ? '' : `, decided by ${file.decidedBy}`}` };
    if ('malformed' in decision) {
      answerLetter(file, letter, { code: 'MALFORMED', why: decision.malformed }, file.status);
      continue;
    }
    const judged = kinds.includes(decision.kind) ? await judgeLetter(file, letter) : late;
    const taken = judged.code === 'ACCEPTED' && accept(counted(letter, judged));
    answerLetter(file, letter, judged.code === 'ACCEPTED' && !taken ? late : judged, file.status);
  }
  file.messages = inbox.count;
}
