import type { Command } from '../../command.js';
import { orderJson, orderOptions, orderSignalJson } from '../controls/ordering.js';
import { reasonOr } from '../decide/cli-desk.js';
import { noWords } from '../audit/trail-options.js';
import { orderAboutMode } from './ordering.js';

const usage = 'ubos mode restore --reason TEXT [--key FILE] [--print-signal] [--json]';

export const command: Command = {
  json: [orderJson, orderSignalJson],
  usage,
  details:
    'From manual back to alpha, after a full audit; what is missing says ubos mode check. Where the server lost the workflow of the vessel: back to the mode that the trail bears out. Signed, as ubos mode authorise is.',
  options: orderOptions,
  async run({ positionals, values }, context) {
    noWords(positionals, usage);
    const reason = reasonOr(values, 'it is on record for ever', "ubos mode restore --reason 'what was looked at'");
    return orderAboutMode(context, values, { kind: 'restore', reason }, () => 'Restored: ubos mode show');
  },
};
