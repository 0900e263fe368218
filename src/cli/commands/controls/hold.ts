import type { Command } from '../../command.js';
import { reasonOr } from '../decide/cli-desk.js';
import { giveOrder, orderJson, orderOptions, orderSignalJson, reportOrder } from './ordering.js';
import { noWords } from './words.js';

const usage = 'ubos controls hold --reason TEXT [--key FILE] [--print-signal] [--json]';

export const command: Command = {
  json: [orderJson, orderSignalJson],
  usage,
  details: 'Nothing new starts; what runs goes on, and approvals stay. Needs no key. Ends with: ubos controls release.',
  options: orderOptions,
  async run({ positionals, values }, context) {
    noWords(positionals, 0, usage);
    const reason = reasonOr(values, 'the others will read it', "ubos controls hold --reason 'what you look for'");
    return reportOrder(context, await giveOrder(context, values, { kind: 'hold', reason }), 'Starts are held');
  },
};
