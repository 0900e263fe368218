import type { Logger } from 'pino';
import type { OutageObserver } from '../adapters/audit/outage.js';
import type { JanusConfig } from '../config/config.js';
import type { LogName } from '../domain/audit.js';
import { createAlert } from './alert.js';

/**
 * What is said when the trail cannot be written, and when it can be again: one line in the operational log and one call of the notification
 * script for each. The trail itself cannot say it, so these notifications name no proposal and stand in no queue.
 */
export function createOutageAlert(config: JanusConfig, logger: Logger, now: () => Date): OutageObserver {
  const { paths } = config;
  const alert = createAlert(config, logger);
  const tell = (log: LogName, event: 'audit_unavailable' | 'audit_recovered', summary: string) => {
    const at = now();
    void alert({ event, eventId: `audit/${log}/${event}/${at.toISOString()}`, at, summary, command: 'ubos doctor' });
  };
  const fileOf = { mission_log: paths.missionLog, tool_use: paths.toolLog, proposals: paths.proposalsLog };
  return {
    unavailable: (log, why) => {
      const summary = `${log} cannot be written, so nothing starts: ${why}`;
      logger.error({ event_type: 'audit_unavailable', log, file: fileOf[log], next: 'ubos doctor' }, summary);
      tell(log, 'audit_unavailable', summary);
    },
    recovered: (log, milliseconds) => {
      const summary = `${log} can be written again, after ${String(Math.round(milliseconds / 1_000))} s`;
      logger.info({ event_type: 'audit_recovered', log, file: fileOf[log] }, summary);
      tell(log, 'audit_recovered', summary);
    },
  };
}
