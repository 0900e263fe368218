import { visible } from '../../../domain/text/visible.js';
import type { Command } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { snakeKeys } from '../../../domain/text/key-case.js';
import { writeJson } from '../../terminal/output.js';

export const command: Command = {
  usage: 'ubos config show [--json]',
  details: 'The configuration as the code sees it, with every default.',
  async run(_, context) {
    const config = snakeKeys(await context.config()) as object;
    if (context.json) writeJson(context, 'config', config);
    else context.stdout.write(`${visible(JSON.stringify(config, null, 2), { keepNewlines: true })}\n`);
    return EXIT.ok;
  },
};
