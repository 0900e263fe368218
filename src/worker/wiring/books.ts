import type { Client } from '@temporalio/client';
import type { Speaking } from '../../activities/shared/own-word.js';
import { createBookActivities } from '../../activities/books/create-book-activities.js';
import { copiedNotes } from '../../adapters/audit/heads/read-heads.js';
import type { LifecyclePosition } from '../../adapters/audit/read/read-lifecycle.js';
import { readLifecycle } from '../../adapters/audit/read/read-lifecycle.js';
import { reportFile, writeReport } from '../../adapters/audit/read/report-file.js';
import { verifyTrail } from '../../adapters/audit/verify/verify-trail.js';
import type { KeptTrail } from '../../adapters/audit/write/create-audit-trail.js';
import { keepTrail } from '../../adapters/audit/write/keep-trail.js';
import { createLedgerReader } from '../../adapters/ledger/read/ledger-facts.js';
import { createHistories } from '../../client/histories.js';
import { keptSince, reconcile } from '../../client/reconcile.js';
import type { JanusConfig } from '../../config/config.js';
import { logFilesOf } from '../../config/config.js';
import type { BookActivities } from '../../contract/bookkeeping.js';
import { logNames } from '../../domain/trail/logs.js';

interface BookSettings {
  readonly config: JanusConfig;
  /** The brain's own: a second writer in one process would wait for the first. */
  readonly trail: KeptTrail;
  /** What the brain says is its own. */
  readonly own: Speaking;
  readonly client: Client;
  readonly namespace: string;
  readonly now: () => Date;
}

/** What the nightly bookkeeping does, with the brain's trail and its connection. */
export function wireBooks({ config, trail, own, client, namespace, now }: BookSettings): BookActivities {
  const files = logFilesOf(config);
  const { paths, audit } = config;
  const { rotation, retentionDays, heads } = audit;
  const histories = createHistories({ client, namespace }, config.vesselId);
  return createBookActivities({
    ...{ own, now, trail },
    keep: () => keepTrail({ trail, rotation, retentionDays, now: now() }),
    verify: () =>
      verifyTrail({ files, headsFolder: paths.heads, logs: logNames, full: true, against: copiedNotes(heads.secondPlace, logNames) }),
    reconcile: async (signal) =>
      reconcile({
        log: { read: (reader, from?: LifecyclePosition) => readLifecycle(paths.proposalsLog, reader, from) },
        histories,
        ledger: createLedgerReader({ folder: paths.ledger, host: config.host }),
        now: now(),
        since: await keptSince(histories, now()),
        onProgress: () => signal.throwIfAborted(),
      }),
    report: async (month) => ({ month, file: reportFile(paths.state, month), records: await writeReport(paths.state, files, month) }),
  });
}
