import type { Command } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { writeJson } from '../../terminal/output.js';
import { version } from './version-number.js';

export const command: Command = {
  usage: 'ubos version [--json]',
  async run(_, context) {
    if (context.json) writeJson(context, 'version', { version, node: process.version });
    else context.stdout.write(`ubos ${version} · node ${process.version.slice(1)}\n`);
    return EXIT.ok;
  },
};
