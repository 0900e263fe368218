import type { ProposalStatus } from '../../action/status.js';
import { trailEvent } from '../events.js';
import type { LogName } from '../logs.js';

/** What people are told, as the notification script gets it. */
export type Told =
  | 'requested'
  | 'previewed'
  | 'reminder'
  | 'escalation'
  | 'extended'
  | 'decided'
  | 'suspended'
  | 'indeterminate'
  | 'completed'
  | 'failed'
  | 'rolled_back'
  | 'rollback_failed'
  | 'expired'
  | 'cancelled'
  | 'stale';

/** Kinds of alerts about which people may choose to hear nothing (`monitoring.alert_on`); those of no kind they always hear. */
export const alertKinds = [
  trailEvent.watchdogViolation,
  trailEvent.constitutionalViolation,
  'resource_exhaustion',
  'repeated_failures',
] as const;

export type AlertKind = (typeof alertKinds)[number];

export interface Meaning {
  readonly logs: readonly LogName[];
  /** One sentence for people: the docs show it. */
  readonly means: string;
  /** Where its proposal is from then on; absent where the event changes nothing about that. */
  readonly status?: ProposalStatus;
  /** Under which name people hear of it; absent where they do not. */
  readonly told?: Told;
  /** Of the mission log: people hear of it by its own name, with this command to look closer; absent where they do not. */
  readonly alert?: string;
  /** Of an alert: its kind, where people can choose not to hear of it. */
  readonly kind?: AlertKind;
  /** Noted by the workflow while it goes on, several at a time: no activity answers with one of its own. */
  readonly noted?: true;
}
