import type { AdoptedPage } from '../../../adapters/policies/kept-policies.js';
import { visible } from '../../../domain/text/visible.js';
import type { Context } from '../../command.js';
import { paint } from '../../terminal/output.js';
import { when } from '../../terminal/times.js';

/** As `ubos status --json` has it. */
export const policyJson = ({ policy, at, of, looser, stricter, held }: AdoptedPage) => ({
  ...{ policy, at, of, looser: [...looser], stricter: [...stricter] },
  held: held !== null,
});

/** So long a looser policy stands out. */
const newsMilliseconds = 7 * 86_400_000;

/** "3f2a0c1d9e4b since 2d ago, looser in 1: tools: + curl"; nothing where it is the first. */
export function policyRows(policy: AdoptedPage | undefined, context: Context): (readonly string[])[] {
  if (policy !== undefined && policy.held !== null) {
    const words = `the files say a looser one (${policy.held.looser.length} looser), and the vessel keeps to ${policy.policy.slice(0, 12)}`;
    return [['policy', `${paint(context, 'yellow', words)} · ${context.here('ubos policy show')}`]];
  }
  if (policy === undefined || policy.of === null) return [];
  const { policy: name, at, looser, stricter } = policy;
  const since = `${name.slice(0, 12)} since ${when(new Date(at), context, 'relative')}`;
  const [first] = looser;
  const words = first === undefined ? `stricter in ${stricter.length}` : `looser in ${looser.length}: ${visible(first)}`;
  const isNews = first !== undefined && context.now().getTime() - Date.parse(at) < newsMilliseconds;
  return [['policy', `${since}, ${isNews ? paint(context, 'yellow', words) : words} · ${context.here('ubos policy show')}`]];
}
