import type { Notification } from '../../../src/domain/trail/notification.js';

export function aNotification(change: Partial<Notification> = {}): Notification {
  return {
    schema: 'janus.notification/v1',
    event: 'requested',
    event_id: 'janus-0123456789ab/review',
    proposal_id: 'janus-0123456789ab',
    vessel_id: 'balaur',
    timestamp: '2026-01-02T03:04:05.678Z',
    action_type: 'disk_report',
    risk_level: 'low',
    summary: `it's "quoted", $(id), \\ and ünïcode`,
    status: 'proposed',
    review_command: 'ubos review janus-0123456789ab',
    approve_command: 'ubos approve janus-0123456789ab',
    reject_command: "ubos reject janus-0123456789ab --reason '...'",
    ...change,
  };
}
