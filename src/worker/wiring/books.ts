import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import { createBookActivities } from '../../activities/books/create-book-activities.js';
import type { KeptTrail } from '../../adapters/audit/write/create-audit-trail.js';
import { keepTrail } from '../../adapters/audit/write/keep-trail.js';
import { notesBeside } from '../../adapters/audit/heads/read-heads.js';
import type { LifecyclePosition } from '../../adapters/audit/read/read-lifecycle.js';
import { readLifecycle } from '../../adapters/audit/read/read-lifecycle.js';
import type { LogVerdict } from '../../adapters/audit/contract/verdict.js';
import { verifyTrail } from '../../adapters/audit/verify/verify-trail.js';
import { createHistories } from '../../client/histories.js';
import type { ReconcileVerdict } from '../../client/reconcile.js';
import { reconcile } from '../../client/reconcile.js';
import type { JanusConfig } from '../../config/config.js';
import { logFilesOf } from '../../config/config.js';
import type { BookActivities, BookVerdict } from '../../contract/bookkeeping.js';
import type { LogName } from '../../domain/trail/logs.js';
import { logNames } from '../../domain/trail/logs.js';
import type { Mismatch } from '../../domain/reconcile/mismatch.js';
import { shorten } from '../../domain/text/visible.js';
import { reportFile, writeReport } from '../../adapters/audit/read/report-file.js';
import { wireAlert } from './notifier.js';

/** Longer ago than this the server has nothing to compare with; the day is for clocks and for what was not yet deleted. */
const dayMilliseconds = 86_400_000;
/** Alarms that stand in the mission log; `ubos audit reconcile` lists more. */
const alarmsRecordedMax = 10;

interface BookSettings {
  readonly config: JanusConfig;
  /** The brain's own: a second writer in one process would wait for the first. */
  readonly trail: KeptTrail;
  readonly client: Client;
  readonly namespace: string;
  readonly logger: Logger;
  readonly now: () => Date;
}

async function keep({ config, trail, now }: BookSettings): Promise<BookVerdict<'upkeep'>> {
  const { rotation, retentionDays } = config.audit;
  const { rotated, pruned, kept } = await keepTrail({ trail, rotation, retentionDays, now: now() });
  const stays = kept.map(({ log, why }) => `${log}: an old file stays: ${why}`);
  return {
    check: 'upkeep',
    ok: kept.length === 0,
    summary: shorten(stays.join('; ') || `${rotated.length} files closed, ${pruned.length} removed`, 400),
    data: { rotated: rotated.map(({ closed }) => closed), removed: pruned.map(({ segment }) => segment) },
  };
}

const placeOf = ({ log, problem }: LogVerdict) =>
  problem === undefined ? [] : [`${log}: ${problem.file} line ${problem.line}: ${problem.reason} (${problem.kind})`];

async function verify({ config }: BookSettings, files: Readonly<Record<LogName, string>>): Promise<BookVerdict<'verify'>> {
  const { secondPlace } = config.audit.heads;
  const against = logNames.flatMap((log) => {
    try {
      if (secondPlace === undefined) return [];
      return notesBeside(secondPlace, log, true).map((note) => ({ ...note, place: secondPlace }));
    } catch {
      // Another's place, that may be away: the witness says so.
      return [];
    }
  });
  const verdicts = await verifyTrail({ files, headsFolder: config.paths.heads, logs: logNames, full: true, against });
  const problems = verdicts.flatMap(placeOf);
  const records = verdicts.reduce((sum, verdict) => sum + verdict.records, 0);
  return {
    check: 'verify',
    ok: verdicts.every(({ state }) => state !== 'broken'),
    summary: shorten(problems.join('; ') || `${records} records, nothing was changed`, 400),
    data: {
      logs: verdicts.map(({ log, state, vouched, headsCompared, warnings }) => ({
        ...{ log, state, from: vouched?.from ?? null, to: vouched?.to ?? null, leaf: vouched?.leaf ?? null },
        ...{ heads: headsCompared, warnings: warnings.length },
      })),
    },
  };
}

const sayMismatch = ({ kind, workflowId, runId, file, line, reason }: Mismatch) => ({
  ...{
    kind,
    workflow_id: shorten(workflowId, 80),
    run_id: runId ?? null,
    file: file ?? null,
    line: line ?? null,
    reason: shorten(reason, 200),
  },
});

function sayReconciled(verdict: ReconcileVerdict): BookVerdict<'reconcile'> {
  const { ok, alarms, counts, headSeq, proposals, runs, lines, since } = verdict;
  const found = alarms.slice(0, 3).map(({ workflowId, reason, kind }) => `${workflowId}: ${reason} (${kind})`);
  return {
    check: 'reconcile',
    ok,
    summary: shorten(
      ok ? `${proposals} proposals agree, ${lines} lines and ${runs} histories` : `log and histories differ: ${found.join('; ')}`,
      400,
    ),
    data: { head_seq: headSeq, since, proposals, runs, lines, counts, alarms: alarms.slice(0, alarmsRecordedMax).map(sayMismatch) },
  };
}

async function reconcileKept({ config, client, namespace, now }: BookSettings, signal: AbortSignal): Promise<BookVerdict<'reconcile'>> {
  const histories = createHistories({ client, namespace }, config.vesselId);
  const since = new Date(now().getTime() - (await histories.retention()) - dayMilliseconds);
  const verdict = await reconcile({
    log: { read: (reader, from?: LifecyclePosition) => readLifecycle(config.paths.proposalsLog, reader, from) },
    histories,
    now: now(),
    since: since.toISOString(),
    onProgress: () => signal.throwIfAborted(),
  });
  return sayReconciled(verdict);
}

async function report({ config }: BookSettings, files: Readonly<Record<LogName, string>>, month: string): Promise<BookVerdict<'report'>> {
  const records = await writeReport(config.paths.state, files, month);
  return {
    check: 'report',
    ok: true,
    summary: records === undefined ? `${month} was written before` : `${month}: ${records} records`,
    data: { month, file: reportFile(config.paths.state, month), written: records !== undefined },
  };
}

/** What the nightly bookkeeping does, with the brain's trail and its connection. */
export function wireBooks(settings: BookSettings): BookActivities {
  const { config, logger, now } = settings;
  const files = logFilesOf(config);
  const alert = wireAlert(config, logger);
  return createBookActivities({
    keep: () => keep(settings),
    verify: () => verify(settings, files),
    reconcile: (signal) => reconcileKept(settings, signal),
    report: (month) => report(settings, files, month),
    alarm: async (id, verdicts) => {
      const summary = shorten(verdicts.map((verdict) => `${verdict.check}: ${verdict.summary}`).join('; '), 400);
      logger.error(
        { event_type: 'audit_alarm', id, verdicts, next: 'ubos audit verify --full' },
        `the audit trail needs somebody: ${summary}`,
      );
      await alert({ event: 'audit_alarm', eventId: `${id}/alarm`, at: now(), summary, command: 'ubos audit verify --full' });
    },
  });
}
