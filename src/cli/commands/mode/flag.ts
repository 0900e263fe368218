import type { Command } from '../../command.js';
import { giveOrder, orderJson, orderOptions, orderSignalJson, reportOrder } from '../controls/ordering.js';
import { reasonOr } from '../decide/cli-desk.js';
import { JanusError } from '../../../domain/errors.js';

const usage = 'ubos flag ID --reason TEXT [--key FILE] [--print-signal] [--json]';

export const command: Command = {
  json: [orderJson, orderSignalJson],
  usage,
  details:
    'Objects to what ran without a person: it counts as a rejection, and enough of them take the mode away. What ran alone: ubos mode show, ubos audit tail.',
  options: orderOptions,
  async run({ positionals, values }, context) {
    const [reference, more] = positionals;
    if (reference === undefined || more !== undefined) throw new JanusError('USAGE', 'one proposal is flagged at a time', { next: usage });
    const of = await (await context.proposals()).resolveId(reference);
    const reason = reasonOr(values, 'it is on record for ever', `ubos flag ${of} --reason 'what was wrong with it'`);
    const given = await giveOrder(context, values, { kind: 'flag', of, reason });
    return reportOrder(context, given, `Flagged ${of}: it counts as a rejection`);
  },
};
