import { JanusError } from '../../domain/errors.js';
import { visible } from '../../domain/text.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { table, writeJson } from '../output.js';

export const command: Command = {
  usage: 'ubos proposals history ID [--json]',
  async run({ positionals }, context) {
    const [reference] = positionals;
    if (reference === undefined) throw new JanusError('USAGE', 'which proposal?', { next: 'ubos proposals history ID' });
    const proposals = await context.proposals();
    const id = await proposals.resolveId(reference);
    const events = await proposals.history(id);
    if (context.json)
      writeJson(context, 'history', {
        proposal_id: id,
        events: events.map(({ at, event, detail }) => ({ at: at.toISOString(), event, detail })),
      });
    else
      context.stdout.write(
        table(
          events.map(({ at, event, detail }) => [at.toISOString(), event, visible(detail)]),
          context.columns,
        ),
      );
    return EXIT.ok;
  },
};
