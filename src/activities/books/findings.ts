import type { LogVerdict } from '../../adapters/audit/contract/verdict.js';
import type { Upkeep } from '../../adapters/audit/write/keep-trail.js';
import type { BookCheck, BookFinding } from '../../contract/bookkeeping.js';
import type { Mismatch } from '../../domain/reconcile/mismatch.js';
import type { ReconcileVerdict } from '../../domain/reconcile/totals.js';
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

/** What could not be looked at is recorded and told like any other finding. */
export function notDoneFinding<Check extends BookCheck>(check: Check, error: unknown): BookFinding<Check> {
  const why = error instanceof Error ? error.message : String(error);
  const summary = shorten(visible(`could not be done: ${why}`), summaryMax);
  return { check, ok: false, summary, data: {} } as BookFinding<Check>;
}
