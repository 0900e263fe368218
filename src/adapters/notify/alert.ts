import { visible } from '../../domain/text/visible.js';
import type { Alert } from '../../domain/trail/alert.js';
import type { Notification } from '../../domain/trail/notification.js';
import type { Notifier } from './script-notifier.js';

export type TellAlert = (alert: Alert) => Promise<void>;

/** What no proposal is, in the form in which people are told of proposals: what is of a proposal is empty. */
export const toldAlert = ({ event, eventId, at, summary, command }: Alert, vesselName: string): Notification => ({
  ...{ schema: 'janus.notification/v1', event, event_id: visible(eventId), vessel_id: vesselName, timestamp: at.toISOString() },
  ...{ proposal_id: '', action_type: '', risk_level: '', summary: visible(summary), status: '' },
  ...{ review_command: command, approve_command: '', reject_command: '' },
});

/** Tells people about what is no proposal. Never throws; says nothing where nobody is to be told. */
export const createAlert =
  (notify: Notifier | undefined, vesselName: string): TellAlert =>
  async (alert) => {
    await notify?.(toldAlert(alert, vesselName));
  };
