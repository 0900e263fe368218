import type { Command } from '../../command.js';
import { orderJson, orderOptions, orderSignalJson } from '../controls/ordering.js';
import { reasonOr } from '../decide/cli-desk.js';
import { orderAboutMode, wordOf } from './ordering.js';

const usage = 'ubos mode authorise beta|omega --reason TEXT [--key FILE] [--print-signal] [--json]';

export const command: Command = {
  json: [orderJson, orderSignalJson],
  usage,
  details:
    'The signed word that lets the next mode begin, where its conditions hold (ubos mode check). It names what stands, so it is worth nothing afterwards, and it is spent, whatever becomes of it. The rules for approvals say who may: as for an action of type mode and high risk.',
  options: orderOptions,
  async run({ positionals, values }, context) {
    const mode = wordOf(positionals, ['beta', 'omega'] as const, usage);
    const reason = reasonOr(values, 'it is on record for ever', `ubos mode authorise ${mode} --reason 'what speaks for it'`);
    return orderAboutMode(context, values, { kind: 'authorise', mode, reason }, () => `${mode} begins`);
  },
};
