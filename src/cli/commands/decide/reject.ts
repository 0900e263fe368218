import { JanusError } from '../../../domain/errors.js';
import { visible } from '../../../domain/text/visible.js';
import type { Command } from '../../command.js';
import { textOf } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { paint, wrap } from '../../terminal/output.js';
import { signingOptions } from './signing.js';
import { decide, decisionJson, reasonOr, signalJson, writeDecision } from './deciding.js';

export const command: Command = {
  json: [decisionJson, signalJson],
  usage: 'ubos reject ID... --reason TEXT [--key FILE] [--print-signal] [--json]',
  details: 'The reason is audited, and whoever proposed it learns from it.\nID: a whole one, at least 6 of its digits, or @latest.',
  options: { reason: { type: 'string' }, ...signingOptions },
  async run({ positionals, values }, context) {
    const [first] = positionals;
    if (first === undefined) throw new JanusError('USAGE', 'which proposal?', { next: "ubos reject ID --reason 'why'" });
    const reason = reasonOr(
      textOf(values, 'reason'),
      'it is audited, and the author learns from it',
      `ubos reject ${first} --reason 'why'`,
    );
    const proposals = await context.proposals();
    const ids: string[] = [];
    for (const reference of positionals) ids.push(await proposals.resolveId(reference));
    for (const id of new Set(ids)) {
      const done = await decide({ context, values, proposals, id, view: () => proposals.view(id) }, { decision: 'reject', reason });
      if (done === undefined) continue;
      const { message, answer } = done;
      if (context.json) writeDecision(context, id, message, answer);
      else
        context.stdout.write(`${wrap(`${paint(context, 'yellow', '✓')} Rejected ${id} by ${visible(message.by)}`, context.columns, 2)}\n`);
    }
    return EXIT.ok;
  },
};
