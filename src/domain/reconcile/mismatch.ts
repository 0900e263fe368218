import type { BreachKind } from '../controls/breach.js';

export const alarmKinds = [
  'missing_in_log',
  'unexplained_in_log',
  'altered',
  'duplicate',
  'executed_without_approval',
  'unreviewed_glass',
  'ledger_differs',
] as const;
export const noticeKinds = ['history_expired', 'in_flight', 'retried_task', 'ended_outside', 'pruned_in_log'] as const;

/** Stable words. An alarm is a difference that nothing in the life of the two explains. */
export type MismatchKind = (typeof alarmKinds)[number] | (typeof noticeKinds)[number];

export interface Mismatch {
  readonly kind: MismatchKind;
  readonly proposalId: string;
  readonly workflowId: string;
  /** Absent where there is no history. */
  readonly runId?: string;
  readonly file?: string;
  readonly line?: number;
  readonly seq?: number;
  readonly reason: string;
  /** It shows more than that two records differ (spec K4). */
  readonly breach?: BreachKind;
}

export const isAlarm = ({ kind }: Pick<Mismatch, 'kind'>): boolean => (alarmKinds as readonly string[]).includes(kind);
