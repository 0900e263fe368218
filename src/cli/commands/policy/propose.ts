import { restartHint } from '../../../domain/units.js';
import type { Command } from '../../command.js';
import { noWords } from '../audit/trail-options.js';
import { orderJson, orderOptions, orderSignalJson } from '../controls/ordering.js';
import { reasonOr } from '../decide/cli-desk.js';
import { orderAboutPolicy } from './ordering.js';

const usage = 'ubos policy propose --reason TEXT [--key FILE] [--print-signal] [--json]';

export const command: Command = {
  json: [orderJson, orderSignalJson],
  usage,
  details: `Asks for the review of what agent.yaml, policy.json and the keys say now and the vessel does not run under (constitutional.amendments: required). The reason is the rationale, on record for ever. Then: recommendations of all modes.recommenders, seven days, ubos policy adopt, and a new start (${restartHint('brain', 'hands', 'egress')}).`,
  options: orderOptions,
  async run({ positionals, values }, context) {
    noWords(positionals, usage);
    const reason = reasonOr(values, 'it is the rationale, and on record for ever', "ubos policy propose --reason 'what it is good for'");
    return orderAboutPolicy(context, values, {
      order: { kind: 'propose_policy', reason },
      typed: undefined,
      done: (policy) => `Policy ${policy} is proposed: ubos policy recommend yes ${policy}`,
    });
  },
};
