export { escapementWorkflow } from './escapement.js';
export { proposalWorkflow } from './proposal.js';
export { thinkingCycleWorkflow } from './thinking-cycle.js';
