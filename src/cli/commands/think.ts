import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { writeJson } from '../output.js';

export const command: Command = {
  usage: 'ubos think [--wait] [--json]',
  details: 'Triggers a thinking cycle now; --wait says what it came to.',
  options: { wait: { type: 'boolean' } },
  async run({ values }, context) {
    const proposals = await context.proposals();
    const cycle = await proposals.think();
    if (values['wait'] !== true) {
      context.stdout.write(
        context.json ? '{"schema":"ubos.think/v1","triggered":true}\n' : 'Triggered a thinking cycle.  See: ubos proposals list\n',
      );
      return EXIT.ok;
    }
    const report = await cycle.report();
    if (context.json) writeJson(context, 'cycle', report);
    else {
      const { started, duplicates, skipped, idle } = report;
      context.stdout.write(
        idle === undefined
          ? `✓ ${String(started.length)} proposed, ${String(duplicates.length)} duplicate, ${String(skipped.length)} skipped\n`
          : `The cycle idled: ${idle}\n`,
      );
      for (const id of started) context.stdout.write(`  ${id}\n`);
      for (const { playbookId, why } of skipped) context.stderr.write(`  ${playbookId}: ${why}\n`);
    }
    return EXIT.ok;
  },
};
