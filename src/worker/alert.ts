import { existsSync } from 'node:fs';
import type { Logger } from 'pino';
import { createScriptNotifier } from '../adapters/notify/script-notifier.js';
import type { JanusConfig } from '../config/config.js';

export interface Alert {
  readonly event: string;
  /** Equal for the same alert, however often it is told. */
  readonly eventId: string;
  readonly at: Date;
  readonly summary: string;
  /** What to type to see it. */
  readonly command: string;
}

/** Tells people by the notification script about what is no proposal. Never throws; says nothing where no script is installed. */
export function createAlert({ approval, vesselName }: JanusConfig, logger: Logger): (alert: Alert) => Promise<void> {
  const { notificationScript: script } = approval;
  const notify =
    script !== undefined && existsSync(script)
      ? createScriptNotifier({
          script,
          onFailure: (why, { event_id }) => logger.warn({ event_type: 'notification_failed', event_id, script }, why),
        })
      : undefined;
  return async ({ event, eventId, at, summary, command }) => {
    await notify?.({
      ...{ schema: 'janus.notification/v1', event, event_id: eventId, vessel_id: vesselName, timestamp: at.toISOString() },
      ...{ proposal_id: '', action_type: '', risk_level: '', summary, status: '' },
      ...{ review_command: command, approve_command: '', reject_command: '' },
    });
  };
}
