import type { AdoptedPage } from '../../../adapters/policies/kept-policies.js';
import { logFilesOf } from '../../../config/config.js';
import type { PolicyReview } from '../../../domain/policy/review.js';
import { createPolicyReview } from '../../../domain/policy/review.js';
import type { PolicyDifference, PolicyRule } from '../../../domain/policy/rule.js';
import { comparePolicies, differenceText } from '../../../domain/policy/rule.js';
import { visible } from '../../../domain/text/visible.js';
import type { Context } from '../../command.js';
import { paint, wrap } from '../../terminal/output.js';

export interface SeenPolicy {
  /** SHA-256 of what the files say. */
  readonly policy: string;
  readonly rules: readonly PolicyRule[];
  readonly adopted: AdoptedPage | undefined;
  /** Between what is adopted and what the files say; undefined where nobody has what is adopted. */
  readonly next: readonly PolicyDifference[] | undefined;
  /** What is proposed, by the trail; undefined where nothing is, or where the trail cannot be read here. */
  readonly review: PolicyReview | undefined;
  /** Whose recommendation it takes. */
  readonly recommenders: readonly string[];
}

async function readReview(context: Context): Promise<PolicyReview | undefined> {
  const review = createPolicyReview();
  const { readWhole } = await import('../../../adapters/audit/read/read-trail.js');
  try {
    await readWhole(logFilesOf(await context.config()), 'mission_log', ({ record }) => review.apply(record));
  } catch {
    return undefined;
  }
  return review.snapshot();
}

/** What the files say, what is adopted, and what is under review. Asks no server. */
export async function readPolicies(context: Context): Promise<SeenPolicy> {
  const config = await context.config();
  const { securityPolicy, signerTexts } = await import('../../../config/security-policy.js');
  const { policyOf } = await import('../../../config/under-policy.js');
  const { readAdopted, readPolicy } = await import('../../../adapters/policies/kept-policies.js');
  const rules = securityPolicy(config, signerTexts(config));
  const folder = config.paths.adoptedPolicies;
  const adopted = await readAdopted(folder);
  const running = adopted === undefined ? undefined : await readPolicy(folder, adopted.policy);
  const next = running === undefined ? undefined : comparePolicies(running, rules);
  const { recommenders } = config.modes;
  return { policy: policyOf(config), rules, adopted, next, review: await readReview(context), recommenders };
}

export const textsOf = (differences: readonly PolicyDifference[], effect: PolicyDifference['effect']): string[] =>
  differences.filter((each) => each.effect === effect).map(differenceText);

/** A line for each difference, what is looser first. */
export function changeLines(looser: readonly string[], stricter: readonly string[], context: Context): string {
  const lines = [
    ...looser.map((text) => `${paint(context, 'yellow', 'looser  ')}  ${visible(text)}`),
    ...stricter.map((text) => `stricter  ${visible(text)}`),
  ];
  return lines.map((line) => `${wrap(`  ${line}`, context.columns, 12)}\n`).join('');
}
