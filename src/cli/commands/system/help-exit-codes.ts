import type { Command } from '../../command.js';
import { EXIT, exitMeanings } from '../../exit-codes.js';
import { table, writeJson } from '../../terminal/output.js';

export const command: Command = {
  usage: 'ubos help exit-codes [--json]',
  async run(_, context) {
    if (context.json) writeJson(context, 'exit-codes', { exit_codes: exitMeanings.map(([code, meaning]) => ({ code, meaning })) });
    else {
      const rows = exitMeanings.map(([code, meaning]) => [String(code), meaning]);
      context.stdout.write(table(rows, context.columns, { overflow: 'wrap' }));
    }
    return EXIT.ok;
  },
};
