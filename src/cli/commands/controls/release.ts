import type { Command } from '../../command.js';
import { reasonOr } from '../decide/cli-desk.js';
import { nameStanding } from './naming.js';
import { giveOrder, orderJson, orderOptions, orderSignalJson, reportOrder } from './ordering.js';
import { settingWords } from './standing-words.js';
import { noWords } from './words.js';

const usage = 'ubos controls release [ID] --reason TEXT [--key FILE] [--print-signal] [--json]';

export const command: Command = {
  json: [orderJson, orderSignalJson],
  usage,
  details:
    'Takes back limit and hold, and resets what waits for a person (CRITICAL). ID is what stands now: on a terminal it is shown and typed in full. Signed where keys exist.',
  options: orderOptions,
  async run({ positionals, values }, context) {
    noWords(positionals, 1, usage);
    const reason = reasonOr(values, 'the others will read it', "ubos controls release --reason 'why it is safe again'");
    const standing = await (await context.vessel()).standing();
    const { id } = standing.setting;
    const of = await nameStanding(context, {
      ...{ id, typed: positionals[0], shown: settingWords(standing), what: 'release the controls' },
      next: `ubos controls release ${id} --reason 'why it is safe again'`,
    });
    return reportOrder(context, await giveOrder(context, values, { kind: 'release', reason, of }), 'Released');
  },
};
