import type { Logger } from 'pino';
import type { TellAlert } from './alert.js';

export interface AuditAlarm {
  /** Equal for the same alarm, however often it is raised. */
  readonly id: string;
  readonly summary: string;
  readonly findings: readonly object[];
}

export interface AuditAlarmSettings {
  readonly alert: TellAlert;
  readonly logger: Pick<Logger, 'error'>;
  readonly now: () => Date;
}

/** What is said when the bookkeeping found something that somebody has to look at: one line in the operational log, one call of the script. */
export function createAuditAlarm({ alert, logger, now }: AuditAlarmSettings) {
  const command = 'ubos audit verify --full';
  return async ({ id, summary, findings }: AuditAlarm): Promise<void> => {
    logger.error({ event_type: 'audit_alarm', id, findings, next: command }, `the audit trail needs somebody: ${summary}`);
    await alert({ event: 'audit_alarm', eventId: `${id}/alarm`, at: now(), summary, command });
  };
}
