import type { BrainsWord } from '../domain/reconcile/approval-problem.js';
import type { CompareSettings } from '../domain/reconcile/compare-proposal.js';
import { compareProposal, lastAt } from '../domain/reconcile/compare-proposal.js';
import type { LedgerFacts } from '../domain/reconcile/compare-ledger.js';
import { ledgerProblems } from '../domain/reconcile/compare-ledger.js';
import type { LoggedLine } from '../domain/reconcile/logged-line.js';
import type { RunFacts } from '../domain/reconcile/run-facts.js';
import type { Mismatch } from '../domain/reconcile/mismatch.js';
import { isAlarm } from '../domain/reconcile/mismatch.js';
import { proposalOf } from '../domain/reconcile/run-facts.js';
import type { ReconcileVerdict, Totals } from '../domain/reconcile/totals.js';
import { createTotals } from '../domain/reconcile/totals.js';
import type { Histories } from './histories.js';

/** Where the log ended when it was read. */
export interface LogEnd {
  readonly seq: number;
  readonly first: { readonly seq: number; readonly at: number };
}

/** The proposals log, as an adapter reads it. */
export interface LogReader<Position extends LogEnd = LogEnd> {
  /** Undefined where there is no log. */
  read(
    reader: { readonly wants: (about: string) => boolean; readonly take: (line: LoggedLine) => void },
    from?: Position,
  ): Promise<Position | undefined>;
}

/** The start ledger of one host, as an adapter reads it. */
export interface LedgerSource {
  readonly host: string;
  /** Changed since then; undefined where it cannot be read. */
  ids(since?: number): Promise<readonly string[] | undefined>;
  read(proposalId: string): Promise<LedgerFacts | undefined>;
}

export interface ReconcileSettings<Position extends LogEnd> {
  readonly log: LogReader<Position>;
  readonly histories: Histories;
  /** Absent: it is not compared. */
  readonly ledger?: LedgerSource | undefined;
  /** Absent: whether the brain signed what a mode consented to is not verified. */
  readonly brain?: BrainsWord;
  readonly now: Date;
  /** ISO 8601: only proposals with a line or a run that is newer. */
  readonly since?: string | undefined;
  /** Only these proposals. */
  readonly isAsked?: (proposalId: string) => boolean;
  /** Proposals that are held in memory at a time; where there are more, the log is read as many times more. */
  readonly proposalsMax?: number;
  /** Told after each history, and may throw to end it. */
  readonly onProgress?: (read: number) => void;
}

const proposalsMaxDefault = 10_000;
const concurrency = 4;
/** Of one part. Where there are more, something is wrong with all of it. */
const lookedAtAgainMax = 1_000;
/** A server deletes a little after the time, never before; clocks differ. */
const slackMilliseconds = 10 * 60_000;

/** FNV-1a: any even spread will do. */
function partOf(proposalId: string, parts: number): number {
  let hash = 2_166_136_261;
  for (let index = 0; index < proposalId.length; index += 1) hash = Math.imul(hash ^ proposalId.charCodeAt(index), 16_777_619);
  return (hash >>> 0) % parts;
}

async function forEachAtOnce<T>(items: AsyncIterable<T> | Iterable<T>, work: (item: T) => Promise<void>): Promise<void> {
  const running = new Set<Promise<void>>();
  for await (const item of items) {
    const one = work(item).finally(() => running.delete(one));
    running.add(one);
    if (running.size >= concurrency) await Promise.race(running);
  }
  await Promise.all(running);
}

/** Which proposals are asked about, and in how many parts. */
async function survey<P extends LogEnd>(settings: ReconcileSettings<P>) {
  const { log, histories, since, isAsked = () => true, proposalsMax = proposalsMaxDefault } = settings;
  const from = since === undefined ? undefined : Date.parse(since);
  const asked = from === undefined ? undefined : new Set<string>();
  let reviews = 0;
  if (asked !== undefined) for await (const { workflowId } of histories.list(since)) asked.add(proposalOf(workflowId));
  const take = (line: LoggedLine) => {
    if (line.id.endsWith('/review')) reviews += 1;
    if (from !== undefined && line.at >= from) asked?.add(proposalOf(line.about));
  };
  await log.read({ wants: () => true, take });
  const entries = (await settings.ledger?.ids(from)) ?? undefined;
  for (const id of entries ?? []) asked?.add(id);
  const parts = Math.max(1, Math.ceil((asked?.size ?? reviews) / proposalsMax));
  return { parts, entries, isAsked: (proposalId: string) => isAsked(proposalId) && (asked?.has(proposalId) ?? true) };
}

/**
 * Compares the proposals log with the histories that the server keeps, both ways (spec L3): two sources that must say the same.
 *
 * Nothing stands still meanwhile, so the order matters. The log is read first, to its head; then the histories; then what the log got
 * meanwhile. A receipt that a history holds was durable before, so its line must be there by then. A line before the head must be explained by
 * its history, which was read later; unless a workflow task is open there, because what it recorded reaches the history only with its end.
 * Lines after the head explain and are not looked at themselves.
 */
export async function reconcile<P extends LogEnd>(settings: ReconcileSettings<P>): Promise<ReconcileVerdict> {
  const { parts, isAsked, entries } = await survey(settings);
  const totals = createTotals();
  const retainedSince = settings.now.getTime() - (await settings.histories.retention()) - slackMilliseconds;
  let head: P | undefined;
  for (let part = 0; part < parts; part += 1) {
    const wants = (workflowId: string) => {
      const proposalId = proposalOf(workflowId);
      return isAsked(proposalId) && partOf(proposalId, parts) === part;
    };
    head = (await comparePart(settings, { wants, retainedSince, entries: entries?.filter(wants) }, totals)) ?? head;
  }
  const ledger = entries?.filter(isAsked).length ?? null;
  return { hasLog: head !== undefined, since: settings.since ?? null, headSeq: head?.seq ?? -1, ledger, ...totals.verdict() };
}

/** Longer ago than this the server has nothing to compare with; the day is for clocks and for what was not yet deleted. */
const dayMilliseconds = 86_400_000;

/** Since when a comparison finds histories, ISO 8601. */
export async function keptSince(histories: Pick<Histories, 'retention'>, now: Date): Promise<string> {
  return new Date(now.getTime() - (await histories.retention()) - dayMilliseconds).toISOString();
}

interface Held {
  readonly lines: LoggedLine[];
  readonly runs: RunFacts[];
  facts?: LedgerFacts | undefined;
}

interface Part {
  readonly wants: (workflowId: string) => boolean;
  readonly retainedSince: number;
  /** Undefined: the ledger is not compared. */
  readonly entries: readonly string[] | undefined;
}

async function comparePart<P extends LogEnd>(
  { log, histories, ledger, brain, now, since, onProgress }: ReconcileSettings<P>,
  { wants, retainedSince, entries }: Part,
  totals: Totals,
): Promise<P | undefined> {
  const cases = new Map<string, Held>();
  const of = (workflowId: string) => {
    const proposalId = proposalOf(workflowId);
    const held = cases.get(proposalId) ?? { lines: [], runs: [] };
    cases.set(proposalId, held);
    return held;
  };
  const take = (line: LoggedLine) => void of(line.about).lines.push(line);
  const head = await log.read({ wants, take });
  const read = async (workflowId: string, runId?: string) => {
    const run = await histories.read(workflowId, runId);
    if (run !== undefined) of(workflowId).runs.push(run);
    const count = totals.countRun();
    onProgress?.(count);
  };
  await forEachAtOnce(histories.list(since), async ({ workflowId, runId }) => {
    if (wants(workflowId)) await read(workflowId, runId);
  });
  // The list lags behind, and belongs to whoever owns the server: what should be in it and is not is asked for by name.
  const unlisted = [...cases.values()].flatMap(({ lines, runs }) =>
    lastAt(lines) < retainedSince ? [] : abouts(lines).filter((about) => !runs.some(({ workflowId }) => workflowId === about)),
  );
  await forEachAtOnce(unlisted, (about) => read(about));
  if (entries !== undefined) for (const id of new Set([...entries, ...cases.keys()])) of(id).facts = await ledger?.read(id);
  const end = (await log.read({ wants, take }, head)) ?? head;
  const limits: CompareSettings = { headSeq: head?.seq ?? -1, first: end?.first ?? { seq: 0, at: 0 }, retainedSince, brain };
  const compare = (proposalId: string, { lines, runs, facts }: Held) => {
    runs.sort((a, b) => a.startedAt - b.startedAt);
    const compared = compareProposal({ proposalId, lines, runs }, limits);
    if (ledger === undefined || entries === undefined) return compared;
    const found = ledgerProblems({ lines, facts, host: ledger.host, readAt: now.getTime(), firstAt: limits.first.at });
    const mismatches = found.map(({ reason, line, breach }): Mismatch => {
      const at = line === undefined ? {} : { file: line.file, line: line.line, seq: line.seq };
      return { kind: 'ledger_differs', proposalId, workflowId: proposalId, ...at, reason, ...(breach && { breach }) };
    });
    return { ...compared, mismatches: [...compared.mismatches, ...mismatches] };
  };
  // An id that ran before has more runs than the time that was asked about: nothing is an alarm before they were all looked at.
  const suspicious = [...cases].filter(([id, held]) => compare(id, held).mismatches.some(isAlarm)).slice(0, lookedAtAgainMax);
  await forEachAtOnce(suspicious, async ([, { lines, runs }]) => {
    for (const workflowId of new Set([...abouts(lines), ...runs.map((run) => run.workflowId)]))
      for await (const { runId } of histories.runsOf(workflowId))
        if (!runs.some((run) => run.runId === runId)) await read(workflowId, runId);
  });
  if (suspicious.length > 0) await log.read({ wants, take }, end);
  for (const [id, held] of cases) totals.add(held.lines.length, compare(id, held));
  return head ?? end;
}

const abouts = (lines: readonly LoggedLine[]) => [...new Set(lines.map(({ about }) => about))].filter((about) => about !== '');
