import type { Logger } from 'pino';
import type { LogName } from '../../domain/trail/logs.js';
import type { TellAlert } from './alert.js';

export interface OutageAlertSettings {
  readonly files: Readonly<Record<LogName, string>>;
  readonly alert: TellAlert;
  readonly logger: Pick<Logger, 'error' | 'info'>;
  readonly now: () => Date;
}

/**
 * What is said when the trail cannot be written, and when it can be again: one line in the operational log and one call of the notification
 * script for each. The trail itself cannot say it, so these notifications name no proposal and stand in no queue.
 */
export function createOutageAlert({ files, alert, logger, now }: OutageAlertSettings) {
  const tell = (log: LogName, event: 'audit_unavailable' | 'audit_recovered', summary: string) => {
    const at = now();
    void alert({ event, eventId: `audit/${log}/${event}/${at.toISOString()}`, at, summary, command: 'ubos doctor' });
  };
  return {
    unavailable: (log: LogName, why: string) => {
      const summary = `${log} cannot be written, so nothing starts: ${why}`;
      logger.error({ event_type: 'audit_unavailable', log, file: files[log], next: 'ubos doctor' }, summary);
      tell(log, 'audit_unavailable', summary);
    },
    recovered: (log: LogName, milliseconds: number) => {
      const summary = `${log} can be written again, after ${Math.round(milliseconds / 1_000)} s`;
      logger.info({ event_type: 'audit_recovered', log, file: files[log] }, summary);
      tell(log, 'audit_recovered', summary);
    },
  };
}
