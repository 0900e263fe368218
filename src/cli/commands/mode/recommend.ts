import type { Command } from '../../command.js';
import { orderJson, orderOptions, orderSignalJson } from '../controls/ordering.js';
import { reasonOr } from '../decide/cli-desk.js';
import { orderAboutMode, wordOf } from './ordering.js';

const usage = 'ubos mode recommend yes|no --reason TEXT [--key FILE] [--print-signal] [--json]';

export const command: Command = {
  json: [orderJson, orderSignalJson],
  usage,
  details:
    'Of those whom omega needs (modes.recommenders), each with a key of its own: yes, or no, which clears what the others have said. Seven days after the last one omega can be authorised.',
  options: orderOptions,
  async run({ positionals, values }, context) {
    const verdict = wordOf(positionals, ['yes', 'no'] as const, usage);
    const reason = reasonOr(values, 'it is on record for ever', `ubos mode recommend ${verdict} --reason 'what speaks for it'`);
    return orderAboutMode(context, values, { kind: 'recommend', verdict, reason }, () => `Recommended: ${verdict}`);
  },
};
