import type { Mode } from '../../../domain/modes/mode.js';

/** Of a brain with a new key: why so much is missing, and the way back. Undefined where nothing is. */
export function strangeWords({ strangeCheckpoints: count }: { readonly strangeCheckpoints: number }): string | undefined {
  if (count === 0) return undefined;
  return `of the checkpoints that stand in for removed records, ${count} bear the signature of a key that the brain does not have: what they keep counts for nothing. Its public half as permit-NAME.pub beside permit.pub brings it back`;
}

/** What runs without a person, in one sentence (charter: modes). */
export const allows: Readonly<Record<Mode, string>> = {
  manual: 'nothing runs alone, and the vessel proposes nothing: people propose, and people approve',
  alpha: 'nothing runs alone: everything waits for a person',
  beta: 'steps of approved playbooks run alone, of low and medium risk; everything else waits for a person',
  omega: 'what is novel runs alone too: of low risk at once, of medium risk after the time to object; high risk never',
};
