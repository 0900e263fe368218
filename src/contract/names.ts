/** Queue names hold the vessel, so that several vessels can share one cluster. */
export const queues = {
  brain: (vessel: string) => `${vessel}.brain`,
  mind: (vessel: string) => `${vessel}.mind`,
  books: (vessel: string) => `${vessel}.books`,
  hands: (vessel: string, host: string) => `${vessel}.hands.${host}`,
  previews: (vessel: string, host: string) => `${vessel}.previews.${host}`,
  rollback: (vessel: string, host: string) => `${vessel}.rollback.${host}`,
  control: (vessel: string, host: string) => `${vessel}.control.${host}`,
} as const;

export const workflowTypes = {
  proposal: 'proposalWorkflow',
  glassReview: 'glassReviewWorkflow',
  thinkingCycle: 'thinkingCycleWorkflow',
  /** A cycle that starts nothing. */
  rehearsal: 'thinkingCycleWorkflow',
  escapement: 'escapementWorkflow',
  bookkeeping: 'bookkeepingWorkflow',
  backup: 'backupWorkflow',
  dailySummary: 'dailySummaryWorkflow',
  weeklyReview: 'weeklyReviewWorkflow',
  constitutionalAudit: 'constitutionalAuditWorkflow',
  yearlyReview: 'yearlyReviewWorkflow',
  vessel: 'vesselWorkflow',
} as const;

/** The one workflow that hears what people order of the vessel itself. */
export const vesselWorkflowId = (vessel: string) => `${vessel}-vessel`;

/** The review by the others of what one person started alone. */
export const glassReviewId = (proposalId: string) => `${proposalId}-review`;

export const scheduleIds = {
  thinkingCycle: (vessel: string) => `${vessel}-thinking-cycle`,
  rehearsal: (vessel: string) => `${vessel}-thinking-rehearsal`,
  bookkeeping: (vessel: string) => `${vessel}-bookkeeping`,
  backup: (vessel: string) => `${vessel}-backup`,
  dailySummary: (vessel: string) => `${vessel}-daily-summary`,
  weeklyReview: (vessel: string) => `${vessel}-weekly-review`,
  constitutionalAudit: (vessel: string) => `${vessel}-constitutional-audit`,
  yearlyReview: (vessel: string) => `${vessel}-yearly-review`,
  escapement: (vessel: string, host: string) => `${vessel}-escapement-${host}`,
} as const;

export const signalNames = {
  approve: 'approve',
  reject: 'reject',
  withdraw: 'withdraw',
  break_glass: 'break_glass',
  preview: 'preview',
  extend: 'extend',
  cancel: 'cancel',
  resolve: 'resolve',
} as const;
export const updateNames = { decide: 'decide', order: 'order', standing: 'standing' } as const;
/** To the vessel itself. */
export const orderSignal = 'order';
/** To the vessel too: it looks anew at what nobody can order. Bears nothing, and whoever sends it brings nothing about. */
export const wakeSignal = 'wake';
export const queryNames = { status: 'status' } as const;
/** What a starter notes beside a proposal, for lists: they know no documents. */
export const memoKeys = { why: 'why' } as const;
