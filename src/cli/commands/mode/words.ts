import type { Mode } from '../../../domain/modes/mode.js';

/** What runs without a person, in one sentence (charter: modes). */
export const allows: Readonly<Record<Mode, string>> = {
  manual: 'nothing runs alone, and the vessel proposes nothing: people propose, and people approve',
  alpha: 'nothing runs alone: everything waits for a person',
  beta: 'steps of approved playbooks run alone, of low and medium risk; everything else waits for a person',
  omega: 'what is novel runs alone too: of low risk at once, of medium risk after the time to object; high risk never',
};
