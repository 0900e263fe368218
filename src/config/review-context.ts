import type { ReviewContext } from '../domain/constitution/rules.js';
import type { JanusConfig } from './config.js';

/** The rules of the moment: what the configuration says, and what is installed right now. */
export function toReviewContext(
  config: JanusConfig,
  installed: Pick<ReviewContext, 'programs' | 'grantProblems' | 'profile'>,
): ReviewContext {
  return {
    ...installed,
    vesselId: config.vesselId,
    mode: config.operationalMode,
    tools: config.tools,
    allowedTools: config.allowedTools,
    allowedDomains: config.allowedDomains,
    allowNetwork: config.policy.allowNetwork,
    limits: config.policy.limits,
    defaultWallSeconds: config.harness.defaultTimeoutSeconds,
    grants: config.policy.grants,
    minimumTiers: config.policy.minimumTiers,
    riskFloor: config.policy.riskFloor,
    dryRun: config.dryRun,
    rollbackUnderStop: config.controls.killSwitch.rollback,
  };
}
