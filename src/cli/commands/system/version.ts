import type { Command } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { version } from './version-number.js';

const json = jsonObjects(({ z, text }) => ({ version: z.strictObject({ version: text, node: text }) }));

export const command: Command = {
  json: [json],
  usage: 'ubos version [--json]',
  async run(_, context) {
    if (context.json) json.write(context.stdout, 'version', { version, node: process.version });
    else context.stdout.write(`ubos ${version} · node ${process.version.slice(1)}\n`);
    return EXIT.ok;
  },
};
