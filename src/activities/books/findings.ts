import type { LogVerdict } from '../../adapters/audit/contract/verdict.js';
import type { Upkeep } from '../../adapters/audit/write/keep-trail.js';
import type { BookCheck, BookFinding } from '../../contract/bookkeeping.js';
import type { BackupOutcome } from '../../domain/backup/outcome.js';
import type { Mismatch } from '../../domain/reconcile/mismatch.js';
import type { ReconcileVerdict } from '../../domain/reconcile/totals.js';
import type { AccountFigures } from '../../domain/trail/reports/figures.js';
import type { PeriodKind } from '../../domain/trail/reports/periods.js';
import { shorten, visible } from '../../domain/text/visible.js';

/** Alarms that stand in the mission log; `ubos audit reconcile` lists more. */
const alarmsRecordedMax = 10;

const summaryMax = 400;

export function upkeepFinding({ rotated, pruned, kept }: Upkeep): BookFinding<'upkeep'> {
  const stays = kept.map(({ log, why }) => `${log}: an old file stays: ${why}`);
  return {
    check: 'upkeep',
    ok: kept.length === 0,
    summary: shorten(stays.join('; ') || `${rotated.length} files closed, ${pruned.length} removed`, summaryMax),
    data: { rotated: rotated.map(({ closed }) => closed), removed: pruned.map(({ segment }) => segment) },
  };
}

export function verifyFinding(verdicts: readonly LogVerdict[]): BookFinding<'verify'> {
  const problems = verdicts.flatMap(({ log, problem }) =>
    problem === undefined ? [] : [`${log}: ${problem.file} line ${problem.line}: ${problem.reason} (${problem.kind})`],
  );
  const records = verdicts.reduce((sum, verdict) => sum + verdict.records, 0);
  return {
    check: 'verify',
    ok: verdicts.every(({ state }) => state !== 'broken'),
    summary: shorten(problems.join('; ') || `${records} records, nothing was changed`, summaryMax),
    data: {
      logs: verdicts.map(({ log, state, vouched, headsCompared, warnings }) => ({
        log,
        state,
        from: vouched?.from ?? null,
        to: vouched?.to ?? null,
        leaf: vouched?.leaf ?? null,
        heads: headsCompared,
        warnings: warnings.length,
      })),
    },
  };
}

const mismatchFields = ({ kind, workflowId, runId, file, line, reason, breach }: Mismatch) => ({
  kind,
  ...(breach !== undefined && { breach }),
  workflow_id: shorten(workflowId, 80),
  run_id: runId ?? null,
  file: file ?? null,
  line: line ?? null,
  reason: shorten(reason, 200),
});

export function reconcileFinding(verdict: ReconcileVerdict, settled: number): BookFinding<'reconcile'> {
  const { ok, alarms, counts, headSeq, proposals, runs, lines, since } = verdict;
  const found = alarms.slice(0, 3).map(({ workflowId, reason, kind }) => `${workflowId}: ${reason} (${kind})`);
  const summary = ok
    ? `${proposals} proposals agree, ${lines} lines and ${runs} histories${settled === 0 ? '' : `; ${settled} that were ended outside are settled`}`
    : `log and histories differ: ${found.join('; ')}`;
  return {
    check: 'reconcile',
    ok,
    summary: shorten(summary, summaryMax),
    data: {
      head_seq: headSeq,
      since,
      proposals,
      runs,
      lines,
      counts,
      alarms: [...alarms.filter(isBreach), ...alarms.filter((each) => !isBreach(each))].slice(0, alarmsRecordedMax).map(mismatchFields),
      settled,
    },
  };
}

const isBreach = ({ breach }: Mismatch) => breach !== undefined;

/** `records` is undefined where that month had a report already. */
export interface WrittenReport {
  readonly month: string;
  readonly file: string;
  readonly records: number | undefined;
}

export function reportFinding({ month, file, records }: WrittenReport): BookFinding<'report'> {
  const written = records !== undefined;
  return {
    check: 'report',
    ok: true,
    summary: written ? `${month}: ${records} records` : `${month} was written before`,
    data: { month, file, written },
  };
}

/** The account of a period, as it was written. */
export interface WrittenAccount {
  readonly summary: string;
  readonly figures: AccountFigures;
  readonly period: string;
  readonly file: string;
}

export const accountFinding = <Kind extends PeriodKind>(
  kind: Kind,
  { summary, figures, period, file }: WrittenAccount,
): BookFinding<Kind> =>
  ({ check: kind, ok: true, summary: shorten(summary, summaryMax), data: { period, file, ...figures } }) as BookFinding<Kind>;

export const backupFinding = ({ id, at, snapshot, files, bytesAdded, database, seconds }: BackupOutcome): BookFinding<'backup'> => ({
  check: 'backup',
  ok: true,
  summary: shorten(
    `snapshot ${snapshot}: ${files} files, ${seconds} s${database ? '' : ', without a database: the server keeps its own'}`,
    summaryMax,
  ),
  data: { backup: id, snapshot, taken_at: at, files, bytes_added: bytesAdded, database, seconds },
});

/** What could not be looked at is recorded and told like any other finding. */
export function notDoneFinding<Check extends BookCheck>(check: Check, error: unknown): BookFinding<Check> {
  const why = error instanceof Error ? error.message : String(error);
  const summary = shorten(visible(`could not be done: ${why}`), summaryMax);
  return { check, ok: false, summary, data: {} } as BookFinding<Check>;
}
