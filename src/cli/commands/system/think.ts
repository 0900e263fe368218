import { visible } from '../../../domain/text/visible.js';
import type { CycleReport } from '../../../contract/cycle.js';
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
    unmatched: z.array(z.strictObject({ playbook_id: text, why: text.describe('what it looked at, and what it waits for') })),
    idle: text.nullable(),
    metrics: z.record(z.string(), z.union([z.number(), z.boolean(), z.string(), z.null()])),
  }),
}));

type Skipped = CycleReport['skipped'];

const toJson = (skipped: Skipped) => skipped.map(({ playbookId, why }) => ({ playbook_id: playbookId, why }));

export const command: Command = {
  json: [json],
  usage: 'ubos think [--wait] [--json]',
  details:
    'Triggers a thinking cycle now; --wait says what it came to, and of each playbook that proposed nothing why: which values it looked at.',
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
    const { started, duplicates, skipped, unmatched = [], idle, metrics } = await cycle.report();
    if (context.json)
      json.write(context.stdout, 'cycle', {
        started,
        duplicates,
        skipped: toJson(skipped),
        unmatched: toJson(unmatched),
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
      const looked = unmatched.map(({ playbookId, why }) => ({ playbookId, why: `did not fire: ${why}` }));
      const rows = [...skipped, ...looked].map(({ playbookId, why }) => [`  ${visible(playbookId)}`, visible(why)]);
      if (idle === undefined && started.length + duplicates.length + rows.length === 0)
        context.stderr.write(`${wrap(`  There is no playbook in ${(await context.config()).paths.playbooks}`, context.columns, 4)}\n`);
      if (rows.length > 0) context.stderr.write(table(rows, context.columns, { overflow: 'wrap' }));
    }
    return EXIT.ok;
  },
};
