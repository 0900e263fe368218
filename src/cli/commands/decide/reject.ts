import { JanusError } from '../../../domain/errors.js';
import { visible } from '../../../domain/text/visible.js';
import type { Command } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { paint, wrap } from '../../terminal/output.js';
import { deliver, openCliDesk, reasonOr, signalJson, signingOptions } from './cli-desk.js';
import { decisionJson, writeDecision } from './reporting.js';

export const command: Command = {
  json: [decisionJson, signalJson],
  usage: 'ubos reject ID... --reason TEXT [--key FILE] [--print-signal] [--json]',
  details: 'The reason is audited, and whoever proposed it learns from it.\nID: a whole one, at least 6 of its digits, or @latest.',
  options: { reason: { type: 'string' }, ...signingOptions },
  async run({ positionals, values }, context) {
    const [first] = positionals;
    if (first === undefined) throw new JanusError('USAGE', 'which proposal?', { next: "ubos reject ID --reason 'why'" });
    const reason = reasonOr(values, 'it is audited, and the author learns from it', `ubos reject ${first} --reason 'why'`);
    const here = await openCliDesk(context, values);
    const ids: string[] = [];
    for (const reference of positionals) ids.push(await here.proposals.resolveId(reference));
    for (const id of new Set(ids)) {
      const done = await deliver(here, await here.desk.composeAbout(id, { decision: 'reject', reason }));
      if (done === undefined) continue;
      if (context.json) writeDecision(context, id, done);
      else {
        const text = `${paint(context, 'yellow', '✓')} Rejected ${id} by ${visible(done.message.by)}`;
        context.stdout.write(`${wrap(text, context.columns, 2)}\n`);
      }
    }
    return EXIT.ok;
  },
};
