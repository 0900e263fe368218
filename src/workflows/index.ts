export { bookkeepingWorkflow } from './bookkeeping.js';
export { escapementWorkflow } from './escapement.js';
export { glassReviewWorkflow } from './glass-review.js';
export { proposalWorkflow } from './proposal.js';
export { thinkingCycleWorkflow } from './thinking-cycle.js';
