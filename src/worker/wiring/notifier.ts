import type { Logger } from 'pino';
import { openRecordSource } from '../../adapters/audit/read/record-source.js';
import { openScriptNotifier } from '../../adapters/notify/script-notifier.js';
import { followMission } from '../../adapters/notify/mission-follower.js';
import { followTrail } from '../../adapters/notify/trail-follower.js';
import type { Vitals } from '../../adapters/host/vital-signs.js';
import type { JanusConfig } from '../../config/config.js';
import type { TellAlert } from '../../adapters/notify/alert.js';
import { createAuditAlarm } from '../../adapters/notify/audit-alarm.js';
import { createAlert } from '../../adapters/notify/alert.js';
import { createOutageAlert } from '../../adapters/notify/outage-alert.js';
import type { Notification } from '../../domain/trail/notification.js';
import { logFilesOf } from '../../config/config.js';

/** How people call `ubos` from anywhere: whoever starts the workers from a clone says so; on a server PATH finds it. */
const called = process.env['JANUS_UBOS'] ?? 'ubos';

/** The notifier follows the trail with a cursor of its own; a configured script that does not exist is said once and not called. */
export function wireNotifier({ paths, approval }: JanusConfig, logger: Logger, vitals: Pick<Vitals, 'tell'>) {
  const script = approval.notificationScript;
  let failed = false;
  const onFailure = (why: string, { event_id }: { event_id: string }) => {
    failed = true;
    vitals.tell('hooks', script ?? '', why);
    logger.warn({ event_type: 'notification_failed', event_id, script }, why);
  };
  const call = openScriptNotifier({ script, called, onFailure });
  // One after the other: what a run that ended well says holds for the last one.
  const notify =
    call &&
    (async (notification: Notification) => {
      failed = false;
      await call(notification);
      if (!failed) vitals.tell('hooks', script ?? '');
    });
  if (notify === undefined) logger.info({ event_type: 'notifier', script }, 'no notification script is installed: nobody is told by one');
  return followTrail({
    records: openRecordSource(paths.proposalsLog, 'proposals'),
    file: paths.proposalsLog,
    cursorFile: `${paths.state}/notifier.cursor`,
    approvalQueueFile: paths.approvalQueue,
    notify,
    onError: (error) => {
      vitals.tell('notifier', paths.approvalQueue, error instanceof Error ? error.message : String(error));
      logger.error({ event_type: 'notifier', error }, 'the notifier could not follow the trail');
    },
    onLooked: () => vitals.tell('notifier', paths.approvalQueue),
  });
}

/** Tells people by the same script what no proposal is. */
const wireAlert = ({ approval, vesselName }: JanusConfig, logger: Logger): TellAlert =>
  createAlert({ script: approval.notificationScript, called, vesselName, logger });

/** Tells people what the mission log says about the vessel itself. */
export function wireMissionAlerts(config: JanusConfig, logger: Logger) {
  const { paths } = config;
  return followMission(
    {
      records: openRecordSource(paths.missionLog, 'mission_log'),
      file: paths.missionLog,
      cursorFile: `${paths.state}/mission-alerts.cursor`,
      onError: (error) => logger.error({ event_type: 'notifier', error }, 'the notifier could not follow the mission log'),
    },
    wireAlert(config, logger),
  );
}

/** Says when the trail cannot be written, and when it can be again. */
export const wireOutageAlert = (config: JanusConfig, logger: Logger) =>
  createOutageAlert({ files: logFilesOf(config), alert: wireAlert(config, logger), logger, now: () => new Date() });

/** Says what the nightly bookkeeping found wrong. */
export const wireAuditAlarm = (config: JanusConfig, logger: Logger) =>
  createAuditAlarm({ alert: wireAlert(config, logger), logger, now: () => new Date() });
