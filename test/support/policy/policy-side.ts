import type { PolicyDependencies } from '../../../src/activities/brain/policy/dependencies.js';
import { createAdopted } from '../../../src/domain/policy/adopted.js';
import { amendmentEntry, policyDigest } from '../../../src/domain/policy/amendment.js';
import { createPolicyReview } from '../../../src/domain/policy/review.js';
import type { PolicyRule } from '../../../src/domain/policy/rule.js';
import { comparePolicies } from '../../../src/domain/policy/rule.js';
import type { EntryOf } from '../../../src/domain/trail/records.js';
import type { Fed } from '../../../src/domain/trail/projection.js';
import { sha256 } from '../proposals/proposals.js';

/** A policy that says so many tools and no more. */
export const toolsPolicy = (...tools: readonly string[]): readonly PolicyRule[] => [{ key: 'tools', value: tools, looser: 'more' }];

export const nameOf = (rules: readonly PolicyRule[]): string => policyDigest(sha256, rules);

const documents = 'd'.repeat(64);

/** As the first start records it that asks for reviews: nothing that is looser than one shell counts from then on. */
export const firstAdopted = (asks = true): EntryOf<'mission_log'> => {
  const rules = toolsPolicy('shell');
  return amendmentEntry(sha256, { policy: nameOf(rules), rules, before: undefined, rulesBefore: undefined, ...(asks && { documents }) });
};

interface PolicySide {
  readonly dependencies: PolicyDependencies;
  readonly projections: readonly Fed[];
}

/** What a brain knows of the policy by its trail, with files that a test edits. */
export function openPolicySide(files: () => readonly PolicyRule[] = () => toolsPolicy('shell')): PolicySide {
  const [adopted, review] = [createAdopted(), createPolicyReview()];
  const rulesBefore = toolsPolicy('shell');
  return {
    projections: [adopted, review],
    dependencies: {
      ...{ adopted, review },
      files: async () => ({ policy: nameOf(files()), differences: comparePolicies(rulesBefore, files()) }),
      keep: async (policy) => ({ policy, rules: files(), rulesBefore, documents }),
      publish: async () => undefined,
    },
  };
}
