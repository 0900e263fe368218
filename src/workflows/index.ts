export {
  backupWorkflow,
  bookkeepingWorkflow,
  constitutionalAuditWorkflow,
  dailySummaryWorkflow,
  weeklyReviewWorkflow,
  yearlyReviewWorkflow,
} from './bookkeeping.js';
export { escapementWorkflow } from './escapement.js';
export { glassReviewWorkflow } from './proposal/glass-review.js';
export { proposalWorkflow } from './proposal/proposal.js';
export { thinkingCycleWorkflow } from './thinking-cycle.js';
export { vesselWorkflow } from './vessel/vessel.js';
