import type { OrderMessage } from '../../../contract/orders.js';
import { JanusError } from '../../../domain/errors.js';
import { visible } from '../../../domain/text/visible.js';
import type { Context, Values } from '../../command.js';
import { giveOrder, reportOrder } from '../controls/ordering.js';
import type { SeenMode } from './reading.js';
import { readMode } from './reading.js';

/** Signs an order about the mode that stands, by its name, and says what came of it. */
export async function orderAboutMode(
  context: Context,
  values: Values,
  order: Omit<OrderMessage, 'by' | 'of'>,
  done: (seen: SeenMode) => string,
): Promise<number> {
  const seen = await readMode({}, context);
  const given = await giveOrder(context, values, { ...order, of: seen.view.figures.standing });
  return reportOrder(context, given, done(seen));
}

/** The one word that is taken, of these. */
export function wordOf<Word extends string>(positionals: readonly string[], allowed: readonly Word[], usage: string): Word {
  const [word, more] = positionals;
  const known = allowed.find((each) => each === word);
  if (known === undefined || more !== undefined) {
    const found = word === undefined ? 'nothing' : positionals.map((each) => JSON.stringify(visible(each).slice(0, 40))).join(' ');
    throw new JanusError('USAGE', `expected ${allowed.join(' or ')}, found ${found}`, { next: usage });
  }
  return known;
}
