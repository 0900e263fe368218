import type { LoggedLine } from './logged-line.js';
import type { HeldReceipt, RunFacts } from './run-facts.js';

/** A receipt whose record is there, and is not the one that was receipted. */
export interface Mismatched {
  readonly receipt: HeldReceipt;
  readonly line: LoggedLine;
  readonly runId: string;
}

/** Which lines the histories explain, and which they miss. */
export interface Pairing {
  readonly explained: ReadonlySet<LoggedLine>;
  readonly missing: readonly { readonly workflowId: string; readonly what: string; readonly receipt?: HeldReceipt }[];
  readonly mismatched: readonly Mismatched[];
  /** Greatest sequence number of a record that is as its receipt says; -1: none is. */
  readonly matchedMax: number;
}

/** Permits hold the first digits of a leaf only. */
export const isReceiptOf = ({ seq, leaf }: HeldReceipt, line: LoggedLine): boolean => seq === line.seq && line.leaf.startsWith(leaf);

/** Names below `<proposal>/` that have a milestone of their own in the history; all the others are notes, which share receipts. */
const milestones =
  /^(review(\/again)?|reused\/[\w-]+|ended_outside|approved(\/(\d+|mode))?|withheld|start\/\d+(\/revoked)?|limited\/\d+|result|probe|end|preview(\/\d+)?(\/asked)?|glass(\/\w+)?)$/;

interface Draft {
  explained: Set<LoggedLine>;
  missing: { workflowId: string; what: string; receipt?: HeldReceipt }[];
  mismatched: Mismatched[];
  matchedMax: number;
}

function compareReceipt(draft: Draft, receipt: HeldReceipt | undefined, line: LoggedLine, runId: string): void {
  if (receipt === undefined) return;
  if (isReceiptOf(receipt, line)) draft.matchedMax = Math.max(draft.matchedMax, line.seq);
  else draft.mismatched.push({ receipt, line, runId });
}

/** Milestones of one run: each has a line of a known name. */
function pairMilestones(draft: Draft, run: RunFacts, byId: ReadonlyMap<string, LoggedLine>): void {
  const { workflowId, runId } = run;
  const expect = (names: readonly string[], what: string, receipt?: HeldReceipt) => {
    const line = names.map((name) => byId.get(`${workflowId}/${name}`)).find((each) => each !== undefined);
    if (line === undefined) {
      if (!draft.missing.some((each) => each.workflowId === workflowId && each.what === what))
        draft.missing.push({ workflowId, what, ...(receipt && { receipt }) });
      return;
    }
    draft.explained.add(line);
    compareReceipt(draft, receipt, line, runId);
  };
  const mayHave = (name: string) => {
    const line = byId.get(`${workflowId}/${name}`);
    if (line !== undefined) draft.explained.add(line);
  };
  if (run.review !== undefined) expect(run.review.passed ? ['review'] : ['review/again', 'review'], 'the review');
  if (run.state === 'outside') mayHave('ended_outside');
  if (run.review?.passed === false) mayHave('review');
  for (const { attempt, receipt } of run.attempts) {
    // A start that was permitted, and taken back before anybody heard of it.
    const wasRevoked = byId.has(`${workflowId}/start/${attempt}/revoked`);
    const unpermitted = [`limited/${attempt}`, ...(wasRevoked ? [`start/${attempt}`, `start/${attempt}/revoked`] : [])];
    if (receipt !== undefined) expect([`start/${attempt}`], `start permit ${attempt}`, receipt);
    else for (const name of [...unpermitted, 'withheld']) mayHave(name);
  }
  if (run.attempts.some(({ receipt }) => receipt !== undefined)) expect(['approved', ...approvals(run, byId)], 'the approval');
  const wasPermitted = run.attempts.some(
    ({ attempt, receipt }) => receipt !== undefined || byId.has(`${workflowId}/start/${attempt}/revoked`),
  );
  if (wasPermitted) for (const name of approvals(run, byId)) mayHave(name);
  if (run.results.length > 0) expect(['result'], 'the result');
  if (run.probes > 0) expect(['probe'], 'the probe');
  if (run.end !== undefined) expect(['end'], 'the end', run.end);
  if (run.openedGlass) expect(['glass'], 'the broken glass');
  pairPreviews(draft, run, byId);
}

function approvals({ workflowId, attempts }: RunFacts, byId: ReadonlyMap<string, LoggedLine>): readonly string[] {
  // One verdict for each attempt at most; a mode consents once.
  return [...attempts.map((_, index) => (index === 0 ? 'approved' : `approved/${index + 1}`)), 'approved/mode'].filter((name) =>
    byId.has(`${workflowId}/${name}`),
  );
}

function pairPreviews(draft: Draft, run: RunFacts, byId: ReadonlyMap<string, LoggedLine>): void {
  const { workflowId } = run;
  const named = (test: RegExp) => [...byId].filter(([id]) => id.startsWith(`${workflowId}/`) && test.test(id.slice(workflowId.length + 1)));
  const count = (what: string, test: RegExp, want: number, atLeast: boolean) => {
    const lines = named(test);
    for (const [, line] of lines.slice(0, want)) draft.explained.add(line);
    if (atLeast && lines.length < want) draft.missing.push({ workflowId, what });
  };
  count('a preview', /^preview(\/\d+)?$/, run.previews, true);
  // What was asked for and refused has no line.
  count('a preview that was asked for', /^preview\/\d+\/asked$/, run.previewsAsked, false);
}

/** Notes: a receipt is that of the last record of its batch, so it explains the notes before it too. */
function pairNotes(draft: Draft, workflowId: string, runs: readonly RunFacts[], lines: readonly LoggedLine[]): void {
  const receipts = [...new Map(runs.flatMap(({ notes, runId }) => notes.map((receipt) => [receipt.seq, { receipt, runId }]))).values()];
  receipts.sort((a, b) => a.receipt.seq - b.receipt.seq);
  const notes = lines.filter(({ id }) => id.startsWith(`${workflowId}/`) && !milestones.test(id.slice(workflowId.length + 1)));
  const taken = new Set<LoggedLine>();
  const open: typeof receipts = [];
  for (const each of receipts) {
    const line = notes.find((note) => isReceiptOf(each.receipt, note));
    if (line === undefined) open.push(each);
    else {
      taken.add(line);
      draft.matchedMax = Math.max(draft.matchedMax, line.seq);
    }
  }
  // Not one of the receipted lines: the same notes further up or down, or none.
  for (const { receipt, runId } of open) {
    const line = notes.find((note) => !taken.has(note) && !draft.mismatched.some((each) => each.line === note));
    if (line === undefined) draft.missing.push({ workflowId, what: 'a note', receipt });
    else draft.mismatched.push({ receipt, line, runId });
  }
  const last = Math.max(
    -1,
    ...[...taken, ...draft.mismatched.map(({ line }) => line)].filter((line) => notes.includes(line)).map(({ seq }) => seq),
  );
  for (const note of notes) if (note.seq <= last) draft.explained.add(note);
}

/** Finds the line of each milestone and each receipt of the histories. Pure. */
export function pairReceipts(lines: readonly LoggedLine[], runs: readonly RunFacts[]): Pairing {
  const draft: Draft = { explained: new Set(), missing: [], mismatched: [], matchedMax: -1 };
  const byId = new Map<string, LoggedLine>();
  for (const line of lines) if (!byId.has(line.id)) byId.set(line.id, line);
  for (const run of runs) {
    if (run.kind === 'proposal') pairMilestones(draft, run, byId);
    else if (run.reviewedGlass) {
      const verdicts = lines.filter(({ id }) => /\/glass\/\w+$/.test(id));
      for (const line of verdicts) draft.explained.add(line);
      if (verdicts.length === 0) draft.missing.push({ workflowId: run.workflowId, what: 'the review of a broken glass' });
    }
  }
  for (const workflowId of new Set(runs.map((run) => run.workflowId))) {
    const own = runs.filter((run) => run.workflowId === workflowId);
    pairNotes(draft, workflowId, own, lines);
  }
  // A second line of the same id is a duplicate, which is said elsewhere.
  for (const line of lines) if (byId.get(line.id) !== line) draft.explained.add(line);
  return draft;
}
