import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import type { Speaking } from '../../activities/shared/own-word.js';
import { createBookActivities } from '../../activities/books/create-book-activities.js';
import { copiedNotes } from '../../adapters/audit/heads/read-heads.js';
import type { LifecyclePosition } from '../../adapters/audit/read/read-lifecycle.js';
import { readLifecycle } from '../../adapters/audit/read/read-lifecycle.js';
import { writeAccount } from '../../adapters/audit/read/account-file.js';
import { reportFile, writeReport } from '../../adapters/audit/read/report-file.js';
import { verifyTrail } from '../../adapters/audit/verify/verify-trail.js';
import type { KeptTrail } from '../../adapters/audit/write/create-audit-trail.js';
import { keepTrail } from '../../adapters/audit/write/keep-trail.js';
import { createBrainWords } from '../../adapters/permit/brain-words.js';
import { askService, startHere } from '../../adapters/backup/ask.js';
import { backupPlaces } from '../../adapters/backup/places.js';
import { createLedgerReader } from '../../adapters/ledger/read/ledger-facts.js';
import { createHistories } from '../../client/histories.js';
import { keptSince, reconcile } from '../../client/reconcile.js';
import type { JanusConfig } from '../../config/config.js';
import { logFilesOf } from '../../config/config.js';
import type { BookActivities } from '../../contract/bookkeeping.js';
import type { BackupOutcome } from '../../domain/backup/outcome.js';
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
  readonly env: NodeJS.ProcessEnv;
}

/** Who makes it: a unit of its own where the brain runs as a service that may not read all of it, else a child of this process. */
function wireBackUp(config: JanusConfig, env: NodeJS.ProcessEnv): (asked: string, signal: AbortSignal) => Promise<BackupOutcome> {
  const places = backupPlaces(config.paths.state);
  if (env['JANUS_BACKUP'] === 'unit') return (asked, signal) => askService(places, asked, signal);
  const main = [fileURLToPath(new URL('../main.js', import.meta.url)), '--role', 'backup', '--config', config.agentFile];
  return (asked, signal) => startHere(places, main, { asked, signal });
}

/** What the nightly bookkeeping does, with the brain's trail and its connection. */
export function wireBooks({ config, trail, own, client, namespace, now, env }: BookSettings): BookActivities {
  const files = logFilesOf(config);
  const { paths, audit } = config;
  const { rotation, retentionDays, heads } = audit;
  const histories = createHistories({ client, namespace }, config.vesselId);
  const backUp = wireBackUp(config, env);
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
        brain: { vessel: config.vesselId, ...createBrainWords(paths.keys) },
        now: now(),
        since: await keptSince(histories, now()),
        onProgress: () => signal.throwIfAborted(),
      }),
    report: async (month) => ({ month, file: reportFile(paths.state, month), records: await writeReport(paths.state, files, month) }),
    account: (kind) => writeAccount({ state: paths.state, files, vessel: config.vesselName }, kind, now()),
    backUp: (signal) => backUp(`backup of ${now().toISOString()} ${randomUUID()}`, signal),
  });
}
