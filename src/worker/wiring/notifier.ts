import { existsSync } from 'node:fs';
import type { Logger } from 'pino';
import { openRecordSource } from '../../adapters/audit/read/record-source.js';
import type { Notifier } from '../../adapters/notify/script-notifier.js';
import { openScriptNotifier } from '../../adapters/notify/script-notifier.js';
import { followMission } from '../../adapters/notify/mission-follower.js';
import { followTrail } from '../../adapters/notify/trail-follower.js';
import type { Vitals } from '../../adapters/host/vital-signs.js';
import type { JanusConfig } from '../../config/config.js';
import type { TellAlert } from '../../adapters/notify/alert.js';
import { createAuditAlarm } from '../../adapters/notify/audit-alarm.js';
import { createAlert } from '../../adapters/notify/alert.js';
import { createOutageAlert } from '../../adapters/notify/outage-alert.js';
import { isWanted } from '../../domain/trail/alert.js';
import type { AlertKind } from '../../domain/trail/meanings/meaning.js';
import { logFilesOf } from '../../config/config.js';

/** How people call `ubos` from anywhere: whoever starts the workers from a clone says so; on a server PATH finds it. */
const called = process.env['JANUS_UBOS'] ?? 'ubos';

/**
 * What calls the script of this vessel; undefined where nobody is to be told. All who tell people share it, so that the vital signs say how the
 * last call ended, whoever made it.
 */
export function wireScript({ approval }: JanusConfig, logger: Logger, vitals: Pick<Vitals, 'tell'>): Notifier | undefined {
  const script = approval.notificationScript;
  if (script === undefined || !existsSync(script))
    logger.info({ event_type: 'notifier', script }, 'no notification script is installed: nobody is told by one');
  return openScriptNotifier({
    script,
    called,
    onEnd: (why, { event_id }) => {
      vitals.tell('hooks', script ?? '', why);
      if (why !== undefined) logger.warn({ event_type: 'notification_failed', event_id, script }, why);
    },
  });
}

/** Where a follower keeps how far it came, and whose work it goes on with. */
export type Cursors = (name: 'notifier' | 'mission-alerts' | 'mission-lines' | 'comms-hub' | 'queue') => {
  readonly cursorFile: string;
  readonly startsFrom?: string;
};

/** What the notifier is wired of, beside the configuration. */
export interface NotifierContext {
  readonly logger: Logger;
  readonly vitals: Pick<Vitals, 'tell'>;
  readonly cursors: Cursors;
}

/** A look at a log that went well, or not, is a vital sign. */
export const followingOf = (file: string, { logger, vitals }: Pick<NotifierContext, 'logger' | 'vitals'>) => ({
  file,
  onError: (error: unknown) => {
    vitals.tell('notifier', file, error instanceof Error ? error.message : String(error));
    logger.error({ event_type: 'notifier', error }, `the notifier could not follow ${file}`);
  },
  onLooked: () => vitals.tell('notifier', file),
});

/** Follows the proposals with a cursor of its own: keeps the approval queue, tells people, or both. */
export const wireNotifier = (
  { paths }: JanusConfig,
  context: NotifierContext,
  {
    name = 'notifier',
    approvalQueueFile,
    notify,
  }: { name?: 'notifier' | 'queue'; approvalQueueFile?: string; notify?: Notifier | undefined },
) =>
  followTrail({
    records: openRecordSource(paths.proposalsLog, 'proposals'),
    ...followingOf(paths.proposalsLog, context),
    ...context.cursors(name),
    approvalQueueFile,
    notify,
  });

const onlyWanted =
  (tell: TellAlert, kinds: readonly AlertKind[]): TellAlert =>
  async (alert) => {
    if (isWanted(alert, kinds)) await tell(alert);
  };

/** Tells people what the mission log says about the vessel itself. */
export function wireMissionAlerts(config: JanusConfig, context: NotifierContext, notify: Notifier | undefined) {
  const { paths } = config;
  return followMission(
    {
      records: openRecordSource(paths.missionLog, 'mission_log'),
      ...followingOf(paths.missionLog, context),
      ...context.cursors('mission-alerts'),
    },
    onlyWanted(createAlert(notify, config.vesselName), config.alertOn),
  );
}

interface Alarming {
  readonly logger: Logger;
  /** Who is told what stands in no log of the trail. */
  readonly tell: TellAlert;
}

/** Says when the trail cannot be written, and when it can be again. */
export const wireOutageAlert = (config: JanusConfig, { logger, tell }: Alarming) =>
  createOutageAlert({ files: logFilesOf(config), alert: tell, logger, now: () => new Date() });

/** Says what the nightly bookkeeping found wrong. */
export const wireAuditAlarm = ({ logger, tell }: Alarming) => createAuditAlarm({ alert: tell, logger, now: () => new Date() });
