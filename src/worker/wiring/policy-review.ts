import type { PolicyDependencies } from '../../activities/brain/policy/dependencies.js';
import { keepPolicy, readPolicy } from '../../adapters/policies/kept-policies.js';
import { documentsFolder } from '../../adapters/policies/kept-documents.js';
import { loadConfig } from '../../config/load.js';
import { policyOf, underKept } from '../../config/under-policy.js';
import { JanusError } from '../../domain/errors.js';
import { comparePolicies } from '../../domain/policy/rule.js';
import type { AdoptionSettings } from './adoption.js';
import { publishAdopted } from './adoption.js';
import { keepFiles, rulesOf } from './held-policy.js';

/** What the brain needs to judge a review of the security policy (spec C7). */
export function wirePolicyReview(
  settings: AdoptionSettings & { readonly review: PolicyDependencies['review']; readonly env: NodeJS.ProcessEnv },
): PolicyDependencies {
  const { live, adopted, review, env } = settings;
  const folder = live.paths.adoptedPolicies;
  const load = () => loadConfig({ agentFile: live.agentFile, env, cwd: '/' });
  const adoptedRules = async () => {
    const { policy = '', documents } = adopted.snapshot() ?? {};
    return documents === undefined ? await readPolicy(folder, policy) : rulesOf(underKept(live, documentsFolder(folder, documents), env));
  };
  return {
    adopted,
    review,
    files: async () => {
      const now = load();
      return { policy: policyOf(now), differences: comparePolicies((await adoptedRules()) ?? [], rulesOf(now)) };
    },
    keep: async (policy) => {
      const now = load();
      const rules = rulesOf(now);
      const documents = now.amendments === 'required' ? (await keepFiles(now, folder, env)).documents : undefined;
      if (policyOf(now) !== policy)
        throw new JanusError('CONFIG_INVALID', `${live.agentFile} says something else by now`, { next: 'ubos policy show' });
      await keepPolicy(folder, rules);
      return { policy, rules, rulesBefore: await adoptedRules(), documents };
    },
    publish: () => publishAdopted(settings),
  };
}
