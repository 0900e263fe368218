import type { Command } from '../command.js';
import { EXIT, exitMeanings } from '../exit-codes.js';
import { table } from '../output.js';

export const command: Command = {
  usage: 'ubos help exit-codes',
  async run(_, context) {
    context.stdout.write(
      table(
        exitMeanings.map(([code, meaning]) => [String(code), meaning]),
        context.columns,
      ),
    );
    return EXIT.ok;
  },
};
