import type { Command } from '../../command.js';
import { EXIT, exitMeanings } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { table } from '../../terminal/output.js';

const json = jsonObjects(({ z, text, count }) => ({
  'exit-codes': z.strictObject({ exit_codes: z.array(z.strictObject({ code: count, meaning: text })) }),
}));

export const command: Command = {
  json: [json],
  usage: 'ubos help exit-codes [--json]',
  async run(_, context) {
    if (context.json) json.write(context.stdout, 'exit-codes', { exit_codes: exitMeanings.map(([code, meaning]) => ({ code, meaning })) });
    else {
      const rows = exitMeanings.map(([code, meaning]) => [String(code), meaning]);
      context.stdout.write(table(rows, context.columns, { overflow: 'wrap' }));
    }
    return EXIT.ok;
  },
};
