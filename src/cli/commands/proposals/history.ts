import { JanusError } from '../../../domain/errors.js';
import { visible } from '../../../domain/text/visible.js';
import type { Command } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { table, writeJson } from '../../terminal/output.js';
import { when } from '../../terminal/times.js';

export const command: Command = {
  usage: 'ubos proposals history ID [--json] [--time relative|iso]',
  details: 'What Temporal recorded, without its own bookkeeping. Needs no worker.',
  async run({ positionals }, context) {
    const [reference] = positionals;
    if (reference === undefined) throw new JanusError('USAGE', 'which proposal?', { next: 'ubos proposals history ID' });
    const proposals = await context.proposals();
    const id = await proposals.resolveId(reference);
    const events = (await proposals.history(id)).map(({ at, event, detail }) => ({ at: at.toISOString(), event, detail }));
    if (context.format === 'jsonl') for (const event of events) writeJson(context, 'history-event', { proposal_id: id, ...event });
    else if (context.json) writeJson(context, 'history', { proposal_id: id, events });
    else {
      // Twelve characters of clock are enough where there is little room; the date is in the first line of `show`.
      const narrow = context.columns < 64 && context.time === undefined;
      const time = (at: string) => (narrow ? at.slice(11, 19) : when(new Date(at), context, 'iso'));
      const rows = events.map(({ at, event, detail }) => [time(at), event, visible(detail)]);
      context.stdout.write(table(rows, context.columns));
    }
    return EXIT.ok;
  },
};
