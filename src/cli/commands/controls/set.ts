import { JanusError } from '../../../domain/errors.js';
import type { Command, Values } from '../../command.js';
import { textOf } from '../../command.js';
import { reasonOr } from '../decide/cli-desk.js';
import { nameStanding } from './naming.js';
import { giveOrder, orderJson, orderOptions, orderSignalJson, reportOrder } from './ordering.js';
import { settingWords } from './standing-words.js';
import { noWords } from './words.js';

const usage = 'ubos controls set --max N --reason TEXT [ID] [--key FILE] [--print-signal] [--json]';

function limitOf(values: Values): number {
  const typed = textOf(values, 'max') ?? '';
  const limit = /^\d{1,6}$/.test(typed) ? Number(typed) : 0;
  if (limit >= 1) return limit;
  throw new JanusError('USAGE', `--max ${JSON.stringify(typed)} is no number of actions, at least 1`, { next: usage });
}

export const command: Command = {
  json: [orderJson, orderSignalJson],
  usage,
  details:
    'How many actions run at once at most, without a restart; never more than harness.max_concurrency. A lower limit needs no key; a higher one names what stands now (ID) and is signed where keys exist.',
  options: { max: { type: 'string' }, ...orderOptions },
  async run({ positionals, values }, context) {
    noWords(positionals, 1, usage);
    const limit = limitOf(values);
    const reason = reasonOr(values, 'the others will read it', `ubos controls set --max ${limit} --reason 'why'`);
    const standing = await (await context.vessel()).standing();
    const { setting, limitMax } = standing;
    if (limit > limitMax)
      throw new JanusError('USAGE', `--max ${limit} is more than harness.max_concurrency, which is ${limitMax}. Nothing done.`, {
        next: 'ubos config explain harness.max_concurrency',
      });
    const isHigher = limit > Math.min(setting.limit ?? limitMax, limitMax);
    const of = isHigher
      ? await nameStanding(context, {
          ...{ id: setting.id, typed: positionals[0], shown: settingWords(standing), what: 'raise the limit' },
          next: `ubos controls set --max ${limit} ${setting.id} --reason 'why'`,
        })
      : undefined;
    return reportOrder(context, await giveOrder(context, values, { kind: 'limit', limit, reason, of }), `Limit ${limit}`);
  },
};
