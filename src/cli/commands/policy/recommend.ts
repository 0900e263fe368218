import { JanusError } from '../../../domain/errors.js';
import type { Command } from '../../command.js';
import { orderJson, orderOptions, orderSignalJson } from '../controls/ordering.js';
import { reasonOr } from '../decide/cli-desk.js';
import { wordOf } from '../mode/ordering.js';
import { orderAboutPolicy } from './ordering.js';

const usage = 'ubos policy recommend yes|no [DIGEST] --reason TEXT [--key FILE] [--print-signal] [--json]';

export const command: Command = {
  json: [orderJson, orderSignalJson],
  usage,
  details:
    'Of those whom a looser policy needs (modes.recommenders), each with a key of its own: yes, or no, which clears what the others have said. DIGEST: at least 12 digits of the policy that was looked at; without it whatever the files say now. Seven days after the last one it can be adopted.',
  options: orderOptions,
  async run({ positionals, values }, context) {
    const [word, typed, more] = positionals;
    if (more !== undefined)
      throw new JanusError('USAGE', `expected a word and a digest, found ${positionals.length} words`, { next: usage });
    const verdict = wordOf(word === undefined ? [] : [word], ['yes', 'no'] as const, usage);
    const reason = reasonOr(values, 'it is on record for ever', `ubos policy recommend ${verdict} --reason 'what speaks for it'`);
    return orderAboutPolicy(context, values, {
      order: { kind: 'recommend_policy', verdict, reason },
      typed,
      done: (policy) => `Recommended: ${verdict} to policy ${policy}`,
    });
  },
};
