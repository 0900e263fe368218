import { JanusError } from '../../domain/errors.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { renderView } from './show-proposal.js';

export const command: Command = {
  usage: 'ubos proposals show ID [--json]',
  async run({ positionals }, context) {
    const [reference] = positionals;
    if (reference === undefined)
      throw new JanusError('USAGE', 'which proposal?', { next: 'ubos proposals list, then ubos proposals show ID' });
    const proposals = await context.proposals();
    const view = await proposals.view(await proposals.resolveId(reference));
    context.stdout.write(context.json ? `${JSON.stringify(view)}\n` : renderView(view, context));
    return EXIT.ok;
  },
};
