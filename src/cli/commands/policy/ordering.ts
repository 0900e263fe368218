import type { OrderMessage } from '../../../contract/orders.js';
import { JanusError } from '../../../domain/errors.js';
import { visible } from '../../../domain/text/visible.js';
import type { Context, Values } from '../../command.js';
import { giveOrder, reportOrder } from '../controls/ordering.js';
import type { SeenPolicy } from './reading.js';
import { changeLines, readPolicies, textsOf } from './reading.js';

/** So many digits name a policy. */
const digitsMin = 12;

/** What the files say, by the digest that was typed; without one, whatever they say. */
function named({ policy }: SeenPolicy, typed: string | undefined): string {
  if (typed === undefined || (typed.length >= digitsMin && policy.startsWith(typed))) return policy;
  if (!/^[0-9a-f]{12,64}$/.test(typed))
    throw new JanusError(
      'USAGE',
      `expected ${digitsMin} to 64 hex digits of a policy, found ${JSON.stringify(visible(typed).slice(0, 70))}`,
      {
        next: 'ubos policy show',
      },
    );
  throw new JanusError('CONFLICT', `the files say policy ${policy.slice(0, digitsMin)}, not ${typed.slice(0, digitsMin)}. Nothing done.`, {
    next: 'ubos policy show',
  });
}

interface PolicyOrdering {
  readonly order: Omit<OrderMessage, 'by' | 'of'>;
  /** Digits of the policy that is meant; undefined: what the files say. */
  readonly typed: string | undefined;
  readonly done: (policy: string) => string;
}

/** Shows what the files change, signs the order about exactly that, and says what came of it. */
export async function orderAboutPolicy(context: Context, values: Values, { order, typed, done }: PolicyOrdering): Promise<number> {
  const seen = await readPolicies(context);
  const of = named(seen, typed);
  if (!context.json && values['print-signal'] !== true && seen.next !== undefined)
    context.stdout.write(changeLines(textsOf(seen.next, 'looser'), textsOf(seen.next, 'stricter'), context));
  const given = await giveOrder(context, values, { ...order, of });
  return reportOrder(context, given, done(of.slice(0, digitsMin)));
}
