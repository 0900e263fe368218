import { JanusError } from '../../../domain/errors.js';
import { restartHint } from '../../../domain/units.js';
import type { Command } from '../../command.js';
import { orderJson, orderOptions, orderSignalJson } from '../controls/ordering.js';
import { reasonOr } from '../decide/cli-desk.js';
import { orderAboutPolicy } from './ordering.js';

const usage = 'ubos policy adopt [DIGEST] --reason TEXT [--key FILE] [--print-signal] [--json]';

export const command: Command = {
  json: [orderJson, orderSignalJson],
  usage,
  details:
    'The signed word that lets a reviewed policy take effect: all recommendations are there, seven days have passed since the last one. The rules for approvals say who may: as for an action of type policy and high risk. Brain and hands take it up when they start next. The word is spent, whatever becomes of it.',
  options: orderOptions,
  async run({ positionals, values }, context) {
    const [typed, more] = positionals;
    if (more !== undefined) throw new JanusError('USAGE', `expected one digest, found ${positionals.length} words`, { next: usage });
    const reason = reasonOr(values, 'it is on record for ever', "ubos policy adopt --reason 'what was looked at'");
    return orderAboutPolicy(context, values, {
      order: { kind: 'adopt_policy', reason },
      typed,
      done: (policy) => `Policy ${policy} is adopted, and counts from the next start on: ${restartHint('brain', 'hands', 'egress')}`,
    });
  },
};
