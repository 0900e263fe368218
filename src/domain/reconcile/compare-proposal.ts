import { glassEvents, runEvents, trailEvent } from '../trail/events.js';
import type { BrainsWord } from './approval-problem.js';
import { approvalProblem } from './approval-problem.js';
import type { LoggedLine } from './logged-line.js';
import type { Mismatch, MismatchKind } from './mismatch.js';
import type { RunFacts } from './run-facts.js';
import { unlike } from './line-differences.js';
import type { Unsettled } from './unsettled.js';
import { unsettledOf } from './unsettled.js';
import type { Pairing } from './pair-receipts.js';
import { pairReceipts } from './pair-receipts.js';

/** All that log and server say about one proposal and the review of its broken glass. */
export interface ProposalCase {
  readonly proposalId: string;
  /** In the order of the log. */
  readonly lines: readonly LoggedLine[];
  /** Every run that the server still knows, the oldest first. */
  readonly runs: readonly RunFacts[];
}

export interface CompareSettings {
  /** Lines after this one were written while histories were read: they explain histories and are not looked at themselves. */
  readonly headSeq: number;
  /** Records before this one were removed by retention. */
  readonly first: { readonly seq: number; readonly at: number };
  /** Milliseconds since 1970. What ended before may have left the server. */
  readonly retainedSince: number;
  /** Who signed what a mode consented to; absent: that is not verified. */
  readonly brain?: BrainsWord | undefined;
}

export interface Compared {
  readonly mismatches: readonly Mismatch[];
  /** Receipts whose record is there and has another leaf, and the greatest sequence number of those that agree. */
  readonly pairing: Pairing;
  readonly unsettled?: Unsettled;
}

const noPairing: Pairing = { explained: new Set(), missing: [], mismatched: [], matchedMax: -1 };

const at = ({ file, line, seq }: LoggedLine) => ({ file, line, seq });

/**
 * Compares the lines of one proposal with its histories, both ways (spec L3, P6). Pure; needs no clock: whether a line may be on its way into
 * a history is told by the history's own open workflow task, so clocks that differ raise no alarm.
 */
export function compareProposal(whole: ProposalCase, settings: CompareSettings): Compared {
  const { proposalId, lines, runs } = withoutReuse(whole);
  const found: Mismatch[] = [];
  const runOf = (workflowId: string) => runs.filter((run) => run.workflowId === workflowId).at(-1);
  const say = (kind: MismatchKind, workflowId: string, reason: string, line?: LoggedLine) => {
    const run = runOf(workflowId);
    found.push({ kind, proposalId, workflowId, ...(run && { runId: run.runId }), ...(line && at(line)), reason });
  };
  sayDuplicates(lines, say);
  const unsettled = unsettledOf({ proposalId, lines, runs }, lastAt(lines) < settings.retainedSince);
  if (unsettled !== undefined) found.push({ kind: 'ended_outside', ...unsettledNotice(unsettled) });
  const rest = unsettled === undefined ? {} : { unsettled };
  if (runs.length === 0) {
    const first = lines[0];
    if (first === undefined) return { mismatches: found, pairing: noPairing };
    if (lastAt(lines) < settings.retainedSince)
      say('history_expired', first.about, 'it ended longer ago than the server keeps histories', first);
    else if (first.seq <= settings.headSeq) say('unexplained_in_log', first.about, 'the server has no history of it', first);
    sayUnapproved({ lines, runs }, settings, say);
    return { mismatches: found, pairing: noPairing, ...rest };
  }
  const pairing = pairReceipts(lines, runs);
  for (const { receipt, what, workflowId } of pairing.missing) {
    const where = receipt === undefined ? '' : ` (record ${receipt.seq})`;
    if (isPruned(receipt?.seq, runOf(workflowId), settings.first))
      say('pruned_in_log', workflowId, `${what}${where} was removed by retention`);
    else say('missing_in_log', workflowId, `the history says that ${what} was recorded${where}; the log has no such line`);
  }
  for (const run of runs) {
    if (endsWithoutRecord(run)) say('missing_in_log', run.workflowId, 'the history has ended and holds no record of its end');
  }
  for (const line of lines) {
    if (line.seq > settings.headSeq) continue;
    sayLine(line, runs, pairing, say);
  }
  sayUnapproved({ lines, runs }, settings, say);
  sayUnreviewed(lines, runs, say);
  return { mismatches: found, pairing, ...rest };
}

function unsettledNotice({ proposalId, runId, why }: Unsettled): Omit<Mismatch, 'kind'> {
  const reason = `${why}: the log has no end of it, and the next bookkeeping says so there`;
  return { proposalId, workflowId: proposalId, ...(runId !== undefined && { runId }), reason };
}

function isPruned(seq: number | undefined, run: RunFacts | undefined, first: CompareSettings['first']): boolean {
  if (first.seq === 0) return false;
  return seq === undefined ? run !== undefined && run.startedAt <= first.at : seq < first.seq;
}

type Say = (kind: MismatchKind, workflowId: string, reason: string, line?: LoggedLine) => void;

/** What came under its id later, and was refused: such a run has one line, and says nothing about the others. */
function withoutReuse({ proposalId, lines, runs }: ProposalCase): ProposalCase {
  const reuse = new Set(runs.map(({ workflowId, runId }) => `${workflowId}/reused/${runId}`));
  const refused = new Set(lines.flatMap(({ id }) => (reuse.has(id) ? [id] : [])));
  if (refused.size === 0) return { proposalId, lines, runs };
  return {
    proposalId,
    lines: lines.filter(({ id }) => !refused.has(id)),
    runs: runs.filter(({ workflowId, runId }) => !refused.has(`${workflowId}/reused/${runId}`)),
  };
}

/** When something was last recorded about it. */
export const lastAt = (lines: readonly LoggedLine[]): number => lines.reduce((last, { at: each }) => Math.max(last, each), 0);

function sayDuplicates(lines: readonly LoggedLine[], say: Say): void {
  const first = new Map<string, LoggedLine>();
  for (const line of lines) {
    const before = first.get(line.id);
    if (before === undefined) first.set(line.id, line);
    else say('duplicate', line.about, `${line.id} stands in record ${before.seq} already`, line);
  }
}

function endsWithoutRecord(run: RunFacts): boolean {
  if (run.state !== 'completed' || run.kind === 'glass_review') return false;
  return run.end === undefined && run.review?.passed !== false && !run.results.includes(true);
}

/** One line of the log: does a history explain it, and does it say the same? */
function sayLine(line: LoggedLine, runs: readonly RunFacts[], { explained }: Pairing, say: Say): void {
  const own = runs.filter(({ workflowId }) => workflowId === line.about);
  if (!line.id.startsWith(`${line.about}/`)) {
    say('altered', line.about, `its id ${line.id} belongs to another proposal`, line);
    return;
  }
  if (!explained.has(line)) {
    const isOnItsWay = runs.some(({ isUnfinished, state }) => isUnfinished && state !== 'completed');
    if (wasRetried(line, runs)) say('retried_task', line.about, `${line.event}: ${retried}`, line);
    else if (isOnItsWay) say('in_flight', line.about, `${line.event}: its history has an unfinished task that may have written it`, line);
    else say('unexplained_in_log', line.about, `${line.event}: no history says that it was written`, line);
    return;
  }
  const why = unlike(line, own.length > 0 ? own : runs);
  if (why === undefined) return;
  if (wasRetried(line, runs)) say('retried_task', line.about, `${line.event}: ${why}; ${retried}`, line);
  else say('altered', line.about, `${line.event}: ${why}`, line);
}

const retried = 'a workflow task failed at that time, and the one that was tried instead may have gone another way';
/** Between the clocks of worker and server. This can only make a notice of an alarm, and only where a history says that a task failed. */
const skewMilliseconds = 60_000;

function wasRetried({ at: time }: LoggedLine, runs: readonly RunFacts[]): boolean {
  return runs.some(({ retries }) => retries.some(({ from, to }) => time >= from - skewMilliseconds && time <= to + skewMilliseconds));
}

const ranEvents: ReadonlySet<string> = new Set(Object.values(runEvents));
const reviewedGlass: ReadonlySet<string> = new Set(Object.values(glassEvents));

/** Starts, in the log or in a history, that no approval of the same digest stands before (spec A1, A3, P5). */
function sayUnapproved({ lines, runs }: Pick<ProposalCase, 'lines' | 'runs'>, { brain }: Pick<CompareSettings, 'brain'>, say: Say): void {
  const terms =
    runs.find(({ review }) => review?.terms !== undefined)?.review?.terms ?? lines.find((line) => line.terms !== undefined)?.terms;
  const isApproval = ({ event }: LoggedLine) => event === trailEvent.actionApproved;
  const starts = lines.filter(({ event }) => event === trailEvent.startAuthorised);
  for (const start of starts) {
    const before = lines.filter((line) => isApproval(line) && line.about === start.about && line.seq < start.seq);
    const same = before.filter(({ digest }) => digest === start.digest).at(-1);
    const problem = same === undefined ? missingApproval(before) : approvalProblem(same, terms, runs, brain);
    if (problem !== undefined) say('executed_without_approval', start.about, `a start was permitted: ${problem}`, start);
  }
  for (const line of lines)
    if (
      ranEvents.has(line.event) &&
      line.startedAt !== undefined &&
      !starts.some(({ seq, about }) => about === line.about && seq < line.seq)
    )
      say('executed_without_approval', line.about, 'it ran, and no line before permits its start', line);
  for (const run of runs)
    for (const { activity, receipt, ran } of run.handedOver) {
      const permits = [...run.attempts.map((attempt) => attempt.receipt), ...run.furtherPermits];
      const isPermitted = permits.some((permit) => permit?.seq === receipt?.seq && permit?.leaf === receipt?.leaf);
      if (ran && (receipt === undefined || !isPermitted))
        say('executed_without_approval', run.workflowId, `${activity} was handed to hands with a permit that the history does not hold`);
    }
}

/** A broken glass whose review somebody ended from outside, or took the id of: else nobody would ever hear that nobody looked (spec A4). */
function sayUnreviewed(lines: readonly LoggedLine[], runs: readonly RunFacts[], say: Say): void {
  const broken = lines.find(({ event }) => event === trailEvent.glassBroken);
  if (broken === undefined || lines.some(({ event }) => reviewedGlass.has(event)) || runs.some(({ state }) => state === 'running')) return;
  say('unreviewed_glass', broken.about, 'somebody started it alone, and what the others say of it is not on record', broken);
}

const missingApproval = (before: readonly LoggedLine[]) =>
  before.length === 0 ? 'no line before approves it' : 'what was approved before has another digest';
