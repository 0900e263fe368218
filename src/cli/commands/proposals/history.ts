import { JanusError } from '../../../domain/errors.js';
import { visible } from '../../../domain/text/visible.js';
import type { Command } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { table } from '../../terminal/output.js';
import { when } from '../../terminal/times.js';

const json = jsonObjects(({ z, text, isoTime, proposalId }) => {
  const event = { at: isoTime, event: text, detail: text };
  return {
    history: z.strictObject({ proposal_id: proposalId, events: z.array(z.strictObject(event)) }),
    'history-event': z.strictObject({ proposal_id: proposalId, ...event }),
  };
});

export const command: Command = {
  json: [json],
  usage: 'ubos proposals history ID [--json] [--time relative|iso]',
  details: 'What Temporal recorded, without its own bookkeeping. Needs no worker.',
  async run({ positionals }, context) {
    const [reference] = positionals;
    if (reference === undefined) throw new JanusError('USAGE', 'which proposal?', { next: 'ubos proposals history ID' });
    const proposals = await context.proposals();
    const id = await proposals.resolveId(reference);
    const events = (await proposals.history(id)).map(({ at, event, detail }) => ({ at: at.toISOString(), event, detail }));
    if (context.format === 'jsonl') for (const event of events) json.write(context.stdout, 'history-event', { proposal_id: id, ...event });
    else if (context.json) json.write(context.stdout, 'history', { proposal_id: id, events });
    else {
      // Twelve characters of clock are enough where there is little room; the date is in the first line of `show`.
      const narrow = context.columns < 64 && context.time === undefined;
      const time = (at: string) => (narrow ? at.slice(11, 19) : when(new Date(at), context, 'iso'));
      const rows = events.map(({ at, event, detail }) => [time(at), visible(event), visible(detail)]);
      context.stdout.write(table(rows, context.columns));
    }
    return EXIT.ok;
  },
};
