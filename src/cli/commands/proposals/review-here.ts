import type { JanusConfig } from '../../../config/config.js';
import { toReviewContext } from '../../../config/review-context.js';
import type { ReviewContext } from '../../../domain/constitution/rules.js';

/** The rules as the brain of this machine would apply them right now. Needs no server. */
export async function reviewContextHere(config: JanusConfig): Promise<ReviewContext> {
  const [{ sandboxProfileId }, { lookAtGrants }, { currentActionAccount }, { resolvePrograms }] = await Promise.all([
    import('../../../adapters/sandbox/profile/profile.js'),
    import('../../../adapters/sandbox/profile/grants.js'),
    import('../../../adapters/sandbox/profile/account.js'),
    import('../../../adapters/host/programs.js'),
  ]);
  return toReviewContext(config, {
    programs: await resolvePrograms(config.tools),
    grantProblems: lookAtGrants(config.policy.grants, currentActionAccount(config.sandbox.account)),
    profile: sandboxProfileId(),
  });
}
