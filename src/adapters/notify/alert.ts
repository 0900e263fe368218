import type { Logger } from 'pino';
import { visible } from '../../domain/text/visible.js';
import type { Alert } from '../../domain/trail/alert.js';
import { openScriptNotifier } from './script-notifier.js';

export type TellAlert = (alert: Alert) => Promise<void>;

export interface AlertSettings {
  /** The notification script; absent, or not there: nobody is told. */
  readonly script: string | undefined;
  /** How people call `ubos`. */
  readonly called?: string;
  readonly vesselName: string;
  readonly logger: Pick<Logger, 'warn'>;
}

/** Tells people by the notification script about what is no proposal. Never throws; says nothing where no script is installed. */
export function createAlert({ script, called, vesselName, logger }: AlertSettings): TellAlert {
  const notify = openScriptNotifier({
    script,
    ...(called !== undefined && { called }),
    onFailure: (why, { event_id }) => logger.warn({ event_type: 'notification_failed', event_id, script }, why),
  });
  return async ({ event, eventId, at, summary, command }) => {
    await notify?.({
      ...{ schema: 'janus.notification/v1', event, event_id: visible(eventId), vessel_id: vesselName, timestamp: at.toISOString() },
      ...{ proposal_id: '', action_type: '', risk_level: '', summary: visible(summary), status: '' },
      ...{ review_command: command, approve_command: '', reject_command: '' },
    });
  };
}
