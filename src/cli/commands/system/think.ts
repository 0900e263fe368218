import { visible } from '../../../domain/text/visible.js';
import type { Command } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { paint, table, wrap } from '../../terminal/output.js';

const json = jsonObjects(({ z, text }) => ({
  think: z.strictObject({ triggered: z.literal(true) }),
  cycle: z.strictObject({
    started: z.array(z.string()),
    duplicates: z.array(z.string()),
    skipped: z.array(z.strictObject({ playbook_id: text, why: text })),
    idle: text.nullable(),
    metrics: z.record(z.string(), z.union([z.number(), z.boolean(), z.string(), z.null()])),
  }),
}));

export const command: Command = {
  json: [json],
  usage: 'ubos think [--wait] [--json]',
  details: 'Triggers a thinking cycle now; --wait says what it came to.',
  options: { wait: { type: 'boolean' } },
  printsIds: true,
  async run({ values }, context) {
    const proposals = await context.proposals();
    const cycle = await proposals.think();
    if (values['wait'] !== true) {
      if (context.json) json.write(context.stdout, 'think', { triggered: true });
      else {
        context.stdout.write(context.format === 'id' ? '' : `${paint(context, 'green', '✓')} Triggered a thinking cycle\n`);
        context.stderr.write('  See: ubos proposals list\n');
      }
      return EXIT.ok;
    }
    const { started, duplicates, skipped, idle, metrics } = await cycle.report();
    if (context.json)
      json.write(context.stdout, 'cycle', {
        started,
        duplicates,
        skipped: skipped.map(({ playbookId, why }) => ({ playbook_id: playbookId, why })),
        idle: idle ?? null,
        metrics,
      });
    else if (context.format === 'id') context.stdout.write(started.map((id) => `${visible(id)}\n`).join(''));
    else {
      context.stdout.write(
        idle === undefined
          ? `${paint(context, 'green', '✓')} ${started.length} proposed, ${duplicates.length} duplicate, ${skipped.length} skipped\n`
          : `${wrap(`The cycle idled: ${visible(idle)}`, context.columns, 2)}\n`,
      );
      for (const id of started) context.stdout.write(`  ${visible(id)}\n`);
      if (started.length > 0) context.stderr.write('  Review: ubos review\n');
      const rows = skipped.map(({ playbookId, why }) => [`  ${visible(playbookId)}`, visible(why)]);
      if (rows.length > 0) context.stderr.write(table(rows, context.columns, { overflow: 'wrap' }));
    }
    return EXIT.ok;
  },
};
