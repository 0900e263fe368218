import { JanusError } from '../../../domain/errors.js';
import { visible } from '../../../domain/text/visible.js';
import type { Command } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { paint, wrap } from '../../terminal/output.js';
import { outgrown } from '../decide/from-before.js';
import { proposalJson, renderView, writeView } from './show-proposal.js';

export const command: Command = {
  json: [proposalJson],
  usage: 'ubos proposals show ID [--json]',
  details: 'The review of one proposal, and what has happened to it. Asks nothing.\nID: a whole one, at least 6 of its digits, or @latest.',
  async run({ positionals }, context) {
    const [reference] = positionals;
    if (reference === undefined)
      throw new JanusError('USAGE', 'which proposal?', { next: 'ubos proposals list, then ubos proposals show ID' });
    const proposals = await context.proposals();
    const view = await proposals.view(await proposals.resolveId(reference));
    if (context.json) writeView(view, context);
    else {
      context.stdout.write(renderView(view, context));
      const held = view.status === 'executing' ? await proposals.heldBack(view.proposalId) : undefined;
      if (held !== undefined) context.stdout.write(`${wrap(`${paint(context, 'yellow', '!')} It ${visible(held)}`, context.columns, 2)}\n`);
      const found = await outgrown(view, context);
      if (found !== undefined)
        context.stderr.write(`${wrap(`${paint(context, 'yellow', '!')} ${found.why}.`, context.columns, 2)}\n  → ${found.next}\n`);
    }
    return EXIT.ok;
  },
};
