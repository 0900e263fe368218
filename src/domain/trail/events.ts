import type { FinalStatus } from '../action/status.js';

/**
 * The vocabulary of the audit trail. An event's name stands here and nowhere else in the program: whoever writes records or reads them says
 * `trailEvent.<name>` (a test holds that). The fields of each are in `event-fields.ts`.
 */
export const trailEvent = {
  actionProposed: 'action_proposed',
  actionRefused: 'action_refused',
  idReused: 'id_reused',
  previewRequested: 'preview_requested',
  actionPreviewed: 'action_previewed',
  decisionRefused: 'decision_refused',
  decisionLate: 'decision_late',
  messagesFlooded: 'messages_flooded',
  approvalReminder: 'approval_reminder',
  approvalEscalated: 'approval_escalated',
  deadlineExtended: 'deadline_extended',
  approvalGiven: 'approval_given',
  approvalWithdrawn: 'approval_withdrawn',
  actionApproved: 'action_approved',
  actionSuspended: 'action_suspended',
  rateLimited: 'rate_limited',
  startAuthorised: 'start_authorised',
  startRevoked: 'start_revoked',
  grantWithheld: 'grant_withheld',
  glassBroken: 'glass_broken',
  actionCompleted: 'action_completed',
  executionFailed: 'execution_failed',
  actionInterrupted: 'action_interrupted',
  resultRefused: 'result_refused',
  actionProbed: 'action_probed',
  actionRejected: 'action_rejected',
  actionExpired: 'action_expired',
  actionCancelled: 'action_cancelled',
  actionStale: 'action_stale',
  actionFailed: 'action_failed',
  actionRolledBack: 'action_rolled_back',
  actionRollbackFailed: 'action_rollback_failed',
  actionEndedOutside: 'action_ended_outside',
  breakGlassEndorsed: 'break_glass_endorsed',
  breakGlassCondemned: 'break_glass_condemned',
  breakGlassLapsed: 'break_glass_lapsed',
  toolUse: 'tool_use',
  networkConnection: 'network_connection',
  emergencyStop: 'emergency_stop',
  emergencyStopDone: 'emergency_stop_done',
  vesselResumed: 'vessel_resumed',
  vesselRestored: 'vessel_restored',
  controlOrder: 'control_order',
  controlOrderGiven: 'control_order_given',
  controlOrderRefused: 'control_order_refused',
  policyAdopted: 'policy_adopted',
  policyHeld: 'policy_held',
  policyProposed: 'policy_proposed',
  policyRecommended: 'policy_recommended',
  policyReviewed: 'policy_reviewed',
  modeChange: 'mode_change',
  modeCheckpoint: 'mode_checkpoint',
  modeRecommended: 'mode_recommended',
  actionFlagged: 'action_flagged',
  thinkingCycle: 'thinking_cycle',
  modelCalled: 'model_called',
  modelAnswered: 'model_answered',
  oracleAsked: 'oracle_asked',
  oracleAnswered: 'oracle_answered',
  reliefDegrade: 'relief.degrade',
  reliefRestore: 'relief.restore',
  reliefShed: 'relief.shed',
  controlAnomaly: 'control_anomaly',
  controlAnomalyOver: 'control_anomaly_over',
  watchdogViolation: 'watchdog_violation',
  networkOffline: 'network_offline',
  networkOnline: 'network_online',
  vesselPaused: 'vessel_paused',
  constitutionalViolation: 'constitutional_violation',
  unauthorisedAttempt: 'unauthorised_attempt',
  auditUpkeep: 'audit_upkeep',
  auditVerify: 'audit_verify',
  auditReconcile: 'audit_reconcile',
  auditReport: 'audit_report',
  backupMade: 'backup_made',
  dailySummary: 'daily_summary',
  weeklyReview: 'weekly_review',
  constitutionalAudit: 'constitutional_audit',
  yearlyReview: 'yearly_review',
  segmentOpen: 'segment_open',
  segmentClose: 'segment_close',
  segmentPruned: 'segment_pruned',
  tornTailSealed: 'torn_tail_sealed',
} as const;

export type EventName = (typeof trailEvent)[keyof typeof trailEvent];

/** The last record of a proposal, by the status in which it ends. */
export const endEvents = {
  completed: trailEvent.actionCompleted,
  rejected: trailEvent.actionRejected,
  expired: trailEvent.actionExpired,
  cancelled: trailEvent.actionCancelled,
  stale: trailEvent.actionStale,
  failed: trailEvent.actionFailed,
  rolled_back: trailEvent.actionRolledBack,
  rollback_failed: trailEvent.actionRollbackFailed,
} as const satisfies Readonly<Record<FinalStatus, EventName>>;

/** What a run came to, before anything of it is undone. */
export const runEvents = {
  completed: trailEvent.actionCompleted,
  failed: trailEvent.executionFailed,
  interrupted: trailEvent.actionInterrupted,
} as const;

/** What the others said of a glass that one person broke. */
export const glassEvents = {
  endorsed: trailEvent.breakGlassEndorsed,
  condemned: trailEvent.breakGlassCondemned,
  lapsed: trailEvent.breakGlassLapsed,
} as const;

/** What is found each night, by what was looked at or made; and the accounts of a day, a week, a month and a year. */
export const bookEvents = {
  upkeep: trailEvent.auditUpkeep,
  verify: trailEvent.auditVerify,
  reconcile: trailEvent.auditReconcile,
  report: trailEvent.auditReport,
  backup: trailEvent.backupMade,
  day: trailEvent.dailySummary,
  week: trailEvent.weeklyReview,
  month: trailEvent.constitutionalAudit,
  year: trailEvent.yearlyReview,
} as const;

/** How a proposal ended: its final status; refused, where the review did not even let it wait; outside, where only the server knows. */
export type End = FinalStatus | 'refused' | 'outside';

const failures: ReadonlySet<End> = new Set(['failed', 'rolled_back', 'rollback_failed']);

/** It was to be done, and was not, or not as expected. What people or time decided is no failure. */
export const isFailure = (end: End): boolean => failures.has(end);

const ends: ReadonlyMap<string, End> = new Map([
  [trailEvent.actionRefused, 'refused'],
  [trailEvent.actionEndedOutside, 'outside'],
  ...Object.entries(endEvents).map(([status, name]): [string, End] => [name, status as FinalStatus]),
]);

/** Every end that there is. */
export const endNames: readonly End[] = [...ends.values()];

/** The end that an event stands for; undefined where its proposal goes on. */
export const endIn = (eventType: string): End | undefined => ends.get(eventType);
