import type { Command } from '../../command.js';
import { visible } from '../../../domain/text/visible.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { paint } from '../../terminal/output.js';
import { cycleJson, writeCycle, writeCycleJson } from './cycle-report.js';

const json = jsonObjects(({ z }) => ({ think: z.strictObject({ triggered: z.literal(true) }) }));

export const command: Command = {
  json: [json, cycleJson],
  usage: 'ubos think [--wait | --dry-run] [--json]',
  details:
    'Triggers a thinking cycle now; --wait says what it came to, and of each playbook that proposed nothing and of all that the model chose in vain why.\n--dry-run shows what it sees and would propose, and starts nothing; where a model is asked, that costs what it costs.',
  options: { wait: { type: 'boolean' }, 'dry-run': { type: 'boolean' } },
  printsIds: true,
  async run({ values }, context) {
    const proposals = await context.proposals();
    const isDryRun = values['dry-run'] === true;
    const cycle = await proposals.think({ dryRun: isDryRun });
    if (values['wait'] !== true && !isDryRun) {
      if (context.json) json.write(context.stdout, 'think', { triggered: true });
      else {
        context.stdout.write(context.format === 'id' ? '' : `${paint(context, 'green', '✓')} Triggered a thinking cycle\n`);
        context.stderr.write('  See: ubos proposals list\n');
      }
      return EXIT.ok;
    }
    const report = await cycle.report();
    if (context.json) writeCycleJson(context, report);
    else if (context.format === 'id') context.stdout.write(report.started.map((id) => `${visible(id)}\n`).join(''));
    else await writeCycle(context, report);
    return EXIT.ok;
  },
};
