import { openRecordSource } from '../../adapters/audit/read/record-source.js';
import { ownWayOut } from '../../adapters/egress/own-way-out.js';
import { toldAlert } from '../../adapters/notify/alert.js';
import type { TellAlert } from '../../adapters/notify/alert.js';
import type { NotTaken } from '../../adapters/notify/comms-hub.js';
import { createCommsHub, hubResponseBytesMax, reportSoon } from '../../adapters/notify/comms-hub.js';
import { followForHub } from '../../adapters/notify/hub-follower.js';
import type { JanusConfig } from '../../config/config.js';
import type { NotifierContext } from './notifier.js';
import { followingOf } from './notifier.js';

/** What the vital signs and the agent log say of reports: of one that is tried again and again one line. */
function heedReports(endpoint: string, { logger, vitals }: NotifierContext) {
  let said: string | undefined;
  return (failure: NotTaken | undefined, event_id: string) => {
    vitals.tell('hooks', endpoint, failure?.why);
    const words = failure && `${event_id}: ${failure.why}`;
    if (failure !== undefined && words !== said)
      logger.warn(
        { event_type: 'notification_failed', event_id, endpoint },
        `${failure.why}: ${failure.isFinal ? 'given up' : 'tried again'}`,
      );
    said = words;
  };
}

/** What reports to the comms hub (spec D3); undefined where none is configured. */
export function wireCommsHub(config: JanusConfig, context: NotifierContext) {
  const { commsHub, paths, vesselName, alertOn } = config;
  if (!commsHub.enabled) return undefined;
  const { endpoint } = commsHub;
  const report = createCommsHub({
    ...commsHub,
    wayOut: ownWayOut(paths.egressControl, { name: 'comms-hub', responseBytesMax: hubResponseBytesMax }),
  });
  const heed = heedReports(endpoint, context);
  /** What stands in no log: nobody waits for it. */
  const tell: TellAlert = async (alert) => {
    void reportSoon(report, toldAlert(alert, vesselName)).then((failure) => heed(failure, alert.eventId));
  };
  const follow = () =>
    followForHub({
      records: openRecordSource(paths.missionLog, 'mission_log'),
      ...followingOf(paths.missionLog, context),
      ...context.cursors('comms-hub'),
      report,
      ...{ vesselName, kinds: alertOn, now: () => new Date() },
      onReported: (failure, { eventId }) => heed(failure, eventId),
    });
  return { tell, follow };
}
